/** Facts that are not about one task: each carries what its subject is afterwards, so a reader needs no rules to follow them. */
import type { Batch, BatchEvent } from "./batch.ts";
import type { Limit, LimitEvent } from "./limit.ts";
import type { PoolEvent, PoolSize } from "./pool.ts";
import type { Queue, QueueEvent } from "./queue.ts";
import type { Schedule, ScheduleEvent } from "./schedule.ts";
import type { Template, TemplateEvent } from "./template.ts";

/** What each kind of record is, and what can happen to it. */
export interface Records {
  readonly queue: { readonly value: Queue; readonly event: QueueEvent };
  readonly limit: { readonly value: Limit; readonly event: LimitEvent };
  readonly schedule: { readonly value: Schedule; readonly event: ScheduleEvent };
  readonly batch: { readonly value: Batch; readonly event: BatchEvent };
  readonly pool: { readonly value: PoolSize; readonly event: PoolEvent };
  readonly template: { readonly value: Template; readonly event: TemplateEvent };
}

export type RecordKind = keyof Records;
export type RecordValue<K extends RecordKind = RecordKind> = Records[K]["value"];
export type RecordEvent<K extends RecordKind = RecordKind> = Records[K]["event"];

export const RECORD_KINDS = [
  "queue",
  "limit",
  "schedule",
  "batch",
  "template",
  "pool",
] as const satisfies RecordKind[];
