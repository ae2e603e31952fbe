import { setTimeout as delay } from "node:timers/promises";
import { ask } from "#infra/nats/serve.ts";
import { commandSubject } from "#schema/subjects.ts";
import { residentOf, startLongshore } from "./longshore.ts";
import type { WaitingCost } from "./system.ts";

const WATCHED = ["scheduler", "nats", "projector", "runner", "web", "monitor"] as const;
const AGAIN_MS = 20;
const PING_MS = 500;

/** One task holds the only slot, so that all others wait; then the scheduler is killed. */
export const waitingInLongshore = async (program: string, count: number): Promise<WaitingCost> => {
  const longshore = await startLongshore({ program, atOnce: 1 });
  const { stack, connection } = longshore;
  await longshore.submit({ holds: true });
  const resident = (): Record<string, number> =>
    Object.fromEntries(WATCHED.map((name) => [name, residentOf(stack.pids()[name] ?? 0)]));
  const before = resident();
  await longshore.cells.fill(count);
  const after = resident();
  const bytes = Object.fromEntries(WATCHED.map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)]));

  const began = performance.now();
  await stack.kill9("scheduler");
  for (;;) {
    const answered = await ask(connection, commandSubject("ping"), null, PING_MS).catch(() => undefined);
    if (answered !== undefined) break;
    await delay(AGAIN_MS);
  }
  const backAfter = performance.now() - began;
  await longshore.stop();
  return { bytes, backAfter };
};
