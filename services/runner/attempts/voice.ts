import type { Telemetry } from "../link/telemetry.ts";
import type { MeasuredStep } from "../executor.ts";
import type { FromSlot } from "../slots/slot-protocol.ts";

/** Output is a sign of life as well, but often there is a lot of it. */
const TELL_LIFE_MS = 5_000;

/** Passes on what can be observed of an attempt: how it stands, its output, and that it is alive. */
export interface Voice {
  hear(message: FromSlot): void;
  /** Its output is numbered from 1 again. */
  restart(): void;
}

/** `now` in ms, monotonic. */
export const createVoice = (
  telemetry: Pick<Telemetry, "progress" | "log">,
  current: () => { readonly taskId: string; readonly attempt: number },
  now: () => number = () => performance.now(),
): Voice => {
  let chunk = 0;
  let last: { readonly step: MeasuredStep; readonly at: number } | undefined;

  const tell = (step: MeasuredStep): void => {
    const { taskId, attempt } = current();
    last = { step, at: now() };
    telemetry.progress(taskId, attempt, step);
  };
  /** Work that never told how it stands is not shown as if it did. */
  const lives = (): void => {
    if (last && now() - last.at >= TELL_LIFE_MS) tell(last.step);
  };

  return {
    hear: (message) => {
      if (message.kind === "progress") tell(message.step);
      else if (message.kind === "log") {
        const { taskId, attempt } = current();
        telemetry.log(taskId, attempt, ++chunk, message);
        lives();
      } else if (message.kind === "record") lives();
    },
    restart: () => {
      chunk = 0;
    },
  };
};
