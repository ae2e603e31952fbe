import type { Clock } from "#infra/clock.ts";
import type { Env } from "#infra/env.ts";
import type { Log } from "#infra/log.ts";
import type { NatsConnection } from "#infra/nats/connect.ts";
import type { Access } from "./access.ts";
import type { Connectivity } from "./connectivity.ts";
import type { History } from "./history.ts";
import type { Payloads } from "./payloads.ts";
import type { RecentRecords } from "./recent-records.ts";
import type { RecentTasks } from "./recent-tasks.ts";
import type { Roster } from "./runner-roster.ts";
import type { Sessions } from "./sessions.ts";
import type { Tail } from "./tail.ts";
import type { Telemetry } from "./telemetry.ts";
import type { Wishes } from "./wishes.ts";

/** Everything the routes work with. */
export interface Edge {
  readonly env: Env;
  readonly log: Log;
  readonly clock: Clock;
  readonly connection: NatsConnection;
  readonly connectivity: Connectivity;
  readonly history: History;
  readonly tail: Tail;
  readonly recent: RecentTasks;
  readonly records: RecentRecords;
  readonly roster: Roster;
  readonly telemetry: Telemetry;
  readonly access: Access;
  readonly sessions: Sessions;
  readonly payloads: Payloads;
  readonly wishes: Wishes;
}
