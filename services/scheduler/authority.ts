import type { Clock } from "#infra/clock.ts";
import type { Ids } from "#infra/ids.ts";
import type { Log } from "#infra/log.ts";
import type { Objects } from "#infra/nats/objects.ts";
import type { Fact, Hash } from "#schema/envelope.ts";
import type { Batches } from "./batches/at-work.ts";
import type { Journal } from "./journal/journal.ts";
import type { Heard } from "./runners/pressure.ts";
import type { Placement } from "./placement/placement.ts";
import type { Records } from "./records.ts";
import type { Runners } from "./runners/runners.ts";
import type { Tasks } from "./tasks.ts";

/** All that deciding needs; handed to every handler of wishes and reports. */
export interface Authority {
  readonly journal: Journal;
  readonly tasks: Tasks;
  readonly runners: Runners;
  readonly records: Records;
  readonly batches: Batches<Authority>;
  readonly placement: Pick<Placement, "locks" | "hindrance" | "etaMs" | "submit">;
  readonly heard: Heard;
  readonly objects: Objects;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly epoch: number;
  /** Milliseconds of waiting that a level of priority is worth. */
  readonly agingMs: number;
  /** Whether this scheduler may act now: one that stood still may have been followed by another without knowing. */
  leading(): boolean;
  /** Why no new task is taken now: the journal or its disk is nearly full. Null while there is room. */
  full(): string | null;
  /** One stored fact, read from the leader. */
  read(seq: number): Promise<{ fact: Fact; hash: Hash }>;
}
