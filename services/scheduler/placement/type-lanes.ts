/** Lanes of types: how many tasks may be at work for one value of a payload's field, such as one host, whatever their types. */
import type { TaskDefinition } from "#schema/task.definition.ts";

export type TypeLane = NonNullable<TaskDefinition["lane"]>;

/** Where those at work in a lane are counted; the payload that names none means the runner's own. */
export const laneGate = ({ by, value }: TypeLane, runner: string): string => `lane:${by}:${value ?? runner}`;

/** In one sentence why a lane takes no more. */
export const fullLane = (
  { by, value }: TypeLane,
  runner: string,
  { active, limit }: { readonly active: number; readonly limit: number },
): string => `The ${by} ${value ?? runner} runs ${active} of ${limit} maintenance tasks.`;
