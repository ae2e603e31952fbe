/** Works through values with a fixed number of lanes; `next` gives undefined when nothing more may begin. Rejects with the first error once all lanes have ended. */
export const inLanes = async <T>(
  lanes: number,
  next: () => T | undefined,
  work: (value: T) => Promise<void>,
): Promise<void> => {
  const lane = async (): Promise<void> => {
    for (let value = next(); value !== undefined; value = next()) await work(value);
  };
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  const broken = ends.find((end) => end.status === "rejected");
  if (broken) throw broken.reason;
};
