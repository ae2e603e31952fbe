import { inLanes } from "../bulk/lanes.ts";

const AT_ONCE = 8;

/** Gives what the calls give, in the order of the values; what is gone meanwhile is left out. */
export const eachOf = async <T, R>(
  values: readonly T[],
  call: (value: T) => Promise<R | null>,
): Promise<R[]> => {
  const found = new Map<number, R>();
  const left = values.map((value, index) => ({ value, index }));
  await inLanes(
    AT_ONCE,
    () => left.shift(),
    async ({ value, index }) => {
      const result = await call(value);
      if (result !== null) found.set(index, result);
    },
  );
  return values.flatMap((_, index) => found.get(index) ?? []);
};
