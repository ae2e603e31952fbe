/** What was thrown, in words. It may be anything at all, and looking at it must not throw again. */
export const wordsOf = (thrown: unknown): string => {
  try {
    return thrown instanceof Error ? String(thrown.stack ?? thrown.message) : String(thrown);
  } catch {
    return "It threw something that cannot be put into words.";
  }
};
