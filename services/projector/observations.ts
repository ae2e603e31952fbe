import type { JsMsg } from "@nats-io/jetstream";
import type { HostSample, LogChunk, Progress } from "#schema/telemetry.ts";

/** One message of the telemetry stream that is stored. */
export type Observation =
  | { readonly kind: "log"; readonly seq: number; readonly body: LogChunk }
  | { readonly kind: "progress"; readonly seq: number; readonly body: Progress }
  | { readonly kind: "sample"; readonly seq: number; readonly body: HostSample };

/** Thrown for a telemetry message that is not what its subject says. */
export class Unusable extends Error {
  override readonly name = "Unusable";
}

const INT4 = 2 ** 31;

const isText = (value: unknown): boolean => typeof value === "string";
const isMoment = (value: unknown): boolean => typeof value === "string" && !Number.isNaN(Date.parse(value));
const isCount = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < INT4;

const isMetrics = (value: unknown): boolean =>
  value === undefined ||
  (typeof value === "object" && value !== null && Object.values(value).every(Number.isFinite));

/** What must hold of a body, by key; keys that are not named here are kept as they are. */
const SHAPES: Record<Observation["kind"], Readonly<Record<string, (value: unknown) => boolean>>> = {
  log: {
    taskId: isText,
    attempt: isCount,
    chunk: isCount,
    at: isMoment,
    stream: isText,
    text: isText,
    dropped: (value) => value === undefined || isCount(value),
  },
  progress: { taskId: isText, attempt: isCount, at: isMoment, metrics: isMetrics },
  sample: { host: isText, at: isMoment, cpuPercent: Number.isFinite, memoryUsed: Number.isFinite },
};

const parse = (message: JsMsg): Record<string, unknown> => {
  let body: unknown;
  try {
    body = JSON.parse(message.string());
  } catch {
    throw new Unusable("it is not JSON");
  }
  if (typeof body !== "object" || body === null) throw new Unusable("it is not an object");
  return body as Record<string, unknown>;
};

const isStored = (kind: string | undefined): kind is Observation["kind"] =>
  kind !== undefined && Object.hasOwn(SHAPES, kind);

/** The observation a message holds, or undefined for kinds that are not stored. Throws Unusable. */
export const observe = (message: JsMsg): Observation | undefined => {
  const kind = message.subject.split(".")[1];
  if (!isStored(kind)) return undefined;
  const body = parse(message);
  for (const [key, holds] of Object.entries(SHAPES[kind])) {
    if (!holds(body[key])) throw new Unusable(`its "${key}" is not as expected`);
  }
  return { kind, seq: message.seq, body } as unknown as Observation;
};
