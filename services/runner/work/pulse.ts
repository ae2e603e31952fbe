import type { MeasuredStep, Step } from "../executor.ts";
import { asPlain } from "./plain.ts";
import { createThrottle } from "./progress-throttle.ts";
import { Refused } from "./questions.ts";

const SEND_EVERY_MS = 250;
/** What people look at four times a second is short. */
const LARGEST_STEP_BYTES = 64 * 1024;
const MOST_METRICS = 32;
const METRIC_NAME = /^[A-Za-z][\w.-]{0,63}$/;
const NO_STEP: Step = { percent: null, message: "" };

/** What work tells of how it stands. All of it is sent together, at most four times a second, the latest each time. */
export interface Pulse {
  /** Throws Refused for what is too long or not JSON. */
  progress(step: Step): void;
  /** Throws Refused for a name or a number that cannot be kept, and for one name too many. */
  metric(name: string, value: number): void;
  heartbeat(): void;
  /** Sends what is held back. */
  flush(): void;
}

const nameFault = (name: unknown, known: number): Refused | undefined => {
  if (typeof name !== "string" || !METRIC_NAME.test(name)) {
    const rule = "a name begins with a letter, and has at most 64 letters, digits, _, . and -";
    return new Refused("metric-name", `The metric ${JSON.stringify(String(name).slice(0, 80))}: ${rule}.`);
  }
  if (known < MOST_METRICS) return undefined;
  return new Refused(
    "too-many-metrics",
    `The metric "${name}" is one too many: an attempt may have ${MOST_METRICS}.`,
  );
};

export const createPulse = (send: (step: MeasuredStep) => void): Pulse => {
  let step = NO_STEP;
  const metrics = new Map<string, number>();
  const throttle = createThrottle<undefined>(SEND_EVERY_MS, () =>
    send(metrics.size === 0 ? step : { ...step, metrics: Object.fromEntries(metrics) }),
  );
  const beat = (): void => throttle.push(undefined);
  return {
    progress: (given) => {
      // Metrics come by `metric` alone, where they are judged.
      step = { ...(asPlain(given, "Its progress", LARGEST_STEP_BYTES) as Step) };
      delete (step as { metrics?: unknown }).metrics;
      beat();
    },
    metric: (name, value) => {
      const fault = metrics.has(name) ? undefined : nameFault(name, metrics.size);
      if (fault) throw fault;
      if (!Number.isFinite(value))
        throw new Refused("metric-value", `The metric "${name}" must be a finite number.`);
      metrics.set(name, value);
      beat();
    },
    heartbeat: beat,
    flush: throttle.flush,
  };
};
