import { timestamp } from "#infra/clock.ts";
import { SCHEDULER } from "#schema/actor.ts";
import type { Pressure, ReportReply } from "#schema/reports.ts";
import type { Authority } from "../authority.ts";

const limitOf = (host: string): string => `host:${host}`;

/** A monitor repeats itself every few seconds; what one said that has gone silent holds nothing back for longer than this. */
const SILENT_MS = 30_000;

/** When each monitor's host was last spoken of, on the monotonic clock. */
export type Heard = Map<string, number>;

/** A host came under pressure or out of it: one fact, however many tasks wait for it. A repeat makes none. */
export const pressure = (
  { records, clock, journal, heard }: Authority,
  { host, reason }: Pressure,
): ReportReply => {
  const id = limitOf(host);
  heard.set(id, clock.monotonic());
  const known = records.limit.get(id)?.reached === true;
  if (known === (reason !== null)) return { ok: true, seq: journal.stored.seq };
  const cause = { by: { kind: "monitor", id: "monitor" } } as const;
  if (reason === null) return { ok: true, seq: records.limit.record(id, { type: "eased" }, null, cause).seq };
  const since = timestamp(clock.now());
  const after = { id, reached: true, reason, since };
  return { ok: true, seq: records.limit.record(id, { type: "reached", reason }, after, cause).seq };
};

/** Ends what nobody has confirmed for a while. */
export const forgetSilentHosts = ({ records, clock, heard }: Authority): void => {
  for (const { id, reached } of records.limit.all()) {
    if (!id.startsWith("host:") || !reached) continue;
    // After a start the monitor has as long as ever to say it again.
    if (!heard.has(id)) heard.set(id, clock.monotonic());
    if (clock.monotonic() - (heard.get(id) ?? 0) < SILENT_MS) continue;
    const reason = "The monitor has been silent.";
    records.limit.record(id, { type: "eased" }, null, { by: SCHEDULER, reason });
  }
};
