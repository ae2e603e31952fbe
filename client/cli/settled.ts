import type { TaskDetail } from "#schema/api.ts";
import { type Fact, isTaskFact } from "#schema/envelope.ts";
import { tagOf } from "#schema/task.evolve.ts";
import type { Granted } from "../http.ts";
import type { Desk } from "./desk.ts";
import { EXIT, Unreachable } from "./failures.ts";
import { type Finish, listen } from "./listen.ts";
import { whyOf } from "./task-lines.ts";

/** Finishes a listening once the task is settled: by its fact, or by a look at it where facts may be missing. */
export const endOf = ({ client }: Desk, id: string, { done, fail }: Finish<void>) => ({
  async look(): Promise<void> {
    try {
      const { tag } = await client.task(id);
      if (tag === "settled") done();
    } catch (error) {
      // The next connection looks again.
      if (!(error instanceof Unreachable)) fail(error);
    }
  },
  heed(fact: Fact): void {
    if (isTaskFact(fact) && fact.taskId === id && tagOf(fact.to) === "settled") done();
  },
});

/** Waits until the task is settled; `seq` is a journal sequence it was heard of at. */
export const untilSettled = async (
  desk: Desk,
  { id, seq }: Pick<Granted, "id" | "seq">,
): Promise<TaskDetail> => {
  await listen<void>(desk, { after: seq }, (finish) => {
    const end = endOf(desk, id, finish);
    return {
      hello: () => void end.look(),
      reset: () => void end.look(),
      fact: (_, fact) => end.heed(fact),
    };
  });
  return desk.client.task(id);
};

/** Says on standard error how the task ended, and sets the exit code: 0 only for work that is wholly done. */
export const reportEnd = ({ screen }: Desk, task: TaskDetail): void => {
  const good = task.state === "completed" && task.outcome !== "partial";
  if (!good) process.exitCode = EXIT.refused;
  if (screen.json) return screen.value(task);
  if (!good) screen.note(`${task.id} is ${task.state}. ${whyOf(task)}`);
};

/** Ctrl-C ends the following, not the task. */
export const leaveOnInterrupt = ({ screen }: Desk, id: string): void => {
  process.once("SIGINT", () => {
    screen.note(`Task ${id} goes on; longshore cancel ${id} ends it.`);
    process.exit(EXIT.interrupted);
  });
};
