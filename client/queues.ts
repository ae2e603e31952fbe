import type { Page } from "#schema/api.ts";
import type { PoolReply } from "#schema/pool.ts";
import type { QueueSettings } from "#schema/queue.ts";
import type { LimitRow, QueueRow, RecordEventRow } from "#schema/record-api.ts";
import type { Recorded } from "./answers.ts";
import { apiPath, type Sender, withReason } from "./sender.ts";

/** After a journal sequence, exclusive. */
interface After {
  readonly after?: number;
  readonly limit?: number;
}

/** Queues: how much of what is sent to them is active at once, and whether anything of it starts. */
export interface QueueClient {
  list(): Promise<{ readonly items: readonly QueueRow[]; readonly asOf: number }>;
  get(queue: string): Promise<QueueRow>;
  events(queue: string, page?: After): Promise<Page<RecordEventRow>>;
  /** Limits that are reached now. */
  limits(): Promise<{ readonly items: readonly LimitRow[]; readonly asOf: number }>;
  /** Sets everything: what is not said is unlimited. */
  configure(queue: string, settings: QueueSettings, reason?: string): Promise<Recorded>;
  /** Changes what is said; null takes a limit away. */
  change(queue: string, settings: QueueSettings, reason?: string): Promise<Recorded>;
  pause(queue: string, reason?: string): Promise<Recorded>;
  resume(queue: string, reason?: string): Promise<Recorded>;
  drain(queue: string, reason?: string): Promise<Recorded>;
}

export const queueClient = ({ get, post, json }: Sender): QueueClient => {
  const steer = (queue: string, verb: string, reason?: string): Promise<Recorded> =>
    post(apiPath("queues", queue, verb), withReason(reason));
  return {
    list: () => get("/api/queues"),
    get: (queue) => get(apiPath("queues", queue)),
    events: (queue, page) => get(apiPath("queues", queue, "events"), { ...page }),
    limits: () => get("/api/limits"),
    configure: (queue, settings, reason) =>
      json(apiPath("queues", queue), { method: "PUT", body: { ...settings, ...withReason(reason) } }),
    change: (queue, settings, reason) =>
      json(apiPath("queues", queue), { method: "PATCH", body: { ...settings, ...withReason(reason) } }),
    pause: (queue, reason) => steer(queue, "pause", reason),
    resume: (queue, reason) => steer(queue, "resume", reason),
    drain: (queue, reason) => steer(queue, "drain", reason),
  };
};

type PoolAnswer = Omit<Extract<PoolReply, { ok: true }>, "ok">;

/** The slots of each runner; every change is answered with the slots after it. */
export interface PoolClient {
  get(runner: string): Promise<PoolAnswer>;
  /** Null: as many as are needed, between its least and its most. */
  scale(runner: string, slots: number | null, reason?: string): Promise<PoolAnswer>;
  cordon(runner: string, reason?: string): Promise<PoolAnswer>;
  uncordon(runner: string, reason?: string): Promise<PoolAnswer>;
  drain(runner: string, reason?: string): Promise<PoolAnswer>;
}

export const poolClient = ({ get, post }: Sender): PoolClient => ({
  get: (runner) => get(apiPath("runners", runner, "pool")),
  scale: (runner, slots, reason) =>
    post(apiPath("runners", runner, "scale"), { slots, ...withReason(reason) }),
  cordon: (runner, reason) => post(apiPath("runners", runner, "cordon"), withReason(reason)),
  uncordon: (runner, reason) => post(apiPath("runners", runner, "uncordon"), withReason(reason)),
  drain: (runner, reason) => post(apiPath("runners", runner, "drain"), withReason(reason)),
});
