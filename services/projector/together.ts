/**
 * Statements of one transaction sent without waiting for each answer; they are carried out in order. Throws the first failure,
 * once none of them is on its way any more: what still ran would else run outside the transaction.
 */
export const together = async <T extends readonly unknown[]>(work: {
  readonly [K in keyof T]: Promise<T[K]>;
}): Promise<T> => {
  try {
    return (await Promise.all(work)) as unknown as T;
  } catch (error) {
    await Promise.allSettled(work);
    throw error;
  }
};
