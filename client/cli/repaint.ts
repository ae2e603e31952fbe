import type { Desk } from "./desk.ts";
import { Unreachable } from "./failures.ts";
import { listen } from "./listen.ts";

/** A person follows this much; and a busy server must not be asked for every fact. Milliseconds. */
const APART_MS = 500;

interface Picture {
  /** Only what is told of this task changes it; without, everything told of tasks does. */
  readonly taskId?: string;
  /** Draws it; true when nothing more will change. */
  show(): Promise<boolean>;
}

/** Draws a picture now and again after every change, until it is final. The stream says when: nothing is polled. */
export const repaint = async (desk: Desk, { taskId, show }: Picture): Promise<void> => {
  if (await show()) return;
  await listen<void>(desk, {}, (finish) => {
    let dirty = false;
    let busy = false;
    const draw = async (): Promise<void> => {
      while (dirty) {
        dirty = false;
        if (await show()) return finish.done();
        await new Promise((later) => setTimeout(later, APART_MS));
      }
    };
    const changed = (): void => {
      dirty = true;
      if (busy) return;
      busy = true;
      draw()
        // The next connection draws it anew.
        .catch((error: unknown) => (error instanceof Unreachable ? undefined : finish.fail(error)))
        .finally(() => (busy = false));
    };
    const about = (id: string | null): void => {
      if (id !== null && (taskId === undefined || taskId === id)) changed();
    };
    return {
      hello: changed,
      reset: changed,
      fact: (_, fact) => about("taskId" in fact ? fact.taskId : null),
      progress: (progress) => about(progress.taskId),
    };
  });
};
