/** The most levels of anything that others bring and that becomes part of facts: some 3,000 overflow the stack of whoever writes them as JSON. */
export const DEPTH_MOST = 100;

/** Level by level: what is too deep for the stack must not be walked on it. */
export const isTooDeep = (value: unknown): boolean => {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEPTH_MOST) return true;
    level = level.flatMap((each): unknown[] =>
      typeof each === "object" && each !== null ? Object.values(each) : [],
    );
  }
  return false;
};
