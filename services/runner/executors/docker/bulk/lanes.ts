/**
 * Works through values with a fixed number of lanes; `next` gives undefined when nothing more may begin. A lane waits for
 * `admit` before it takes one. Rejects with the first error once all lanes have ended.
 */
export const inLanes = async <T>(
  lanes: number,
  next: () => T | undefined,
  work: (value: T) => Promise<void>,
  admit?: (lane: number) => Promise<void>,
): Promise<void> => {
  const lane = async (_: unknown, number: number): Promise<void> => {
    for (;;) {
      if (admit) await admit(number);
      const value = next();
      if (value === undefined) return;
      await work(value);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  const broken = ends.find((end) => end.status === "rejected");
  if (broken) throw broken.reason;
};
