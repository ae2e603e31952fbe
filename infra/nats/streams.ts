import { DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig } from "@nats-io/jetstream";
import { JOURNAL, JOURNAL_SUBJECTS, LIVE_PREFIX, TELEMETRY, TELEMETRY_SUBJECTS } from "#schema/subjects.ts";

const GIGABYTE = 1024 ** 3;
const DAY_NS = 86_400_000_000_000;

/** A full volume latches JetStream until it is restarted; a byte limit well below it fails cleanly. */
const share = (free: number, part: number, most: number): number =>
  Math.max(64 * 1024 ** 2, Math.min(most, Math.floor(free * part)));

/** The log of facts. `free` is the number of free bytes on its volume. */
export const journalConfig = (free: number): Partial<StreamConfig> & { name: string } => ({
  name: JOURNAL,
  subjects: [...JOURNAL_SUBJECTS],
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.New,
  num_replicas: 1,
  max_bytes: share(free, 0.4, 20 * GIGABYTE),
  deny_delete: true,
  deny_purge: false,
  allow_direct: false,
  allow_atomic: true,
  republish: { src: ">", dest: `${LIVE_PREFIX}>` },
});

/** Observations: bounded in age and size, written without waiting for the disk so that facts need not queue behind them. */
export const telemetryConfig = (free: number): Partial<StreamConfig> & { name: string } => ({
  name: TELEMETRY,
  subjects: [...TELEMETRY_SUBJECTS],
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.Old,
  num_replicas: 1,
  max_age: DAY_NS,
  max_bytes: share(free, 0.05, GIGABYTE),
  persist_mode: "async",
  allow_direct: false,
});

/** What must hold of the journal, whoever made it. Each entry: is it so, and the sentence when it is not. */
const journalRules: readonly {
  readonly holds: (config: StreamConfig) => boolean;
  readonly otherwise: string;
}[] = [
  {
    holds: (config) => JOURNAL_SUBJECTS.every((subject) => config.subjects.includes(subject)),
    otherwise: "it does not take all journal subjects",
  },
  { holds: (config) => config.allow_atomic === true, otherwise: "atomic batches are not allowed" },
  { holds: (config) => config.storage === StorageType.File, otherwise: "it is not kept on disk" },
  {
    holds: (config) => config.retention === RetentionPolicy.Limits,
    otherwise: "its messages are removed when read",
  },
  {
    holds: (config) => config.discard === DiscardPolicy.New,
    otherwise: "it drops old facts when it is full",
  },
  {
    holds: (config) => config.max_age === 0 || config.max_age === undefined,
    otherwise: "its facts expire by age",
  },
  {
    holds: (config) => config.max_msgs === undefined || config.max_msgs <= 0,
    otherwise: "its number of facts is limited",
  },
  {
    holds: (config) => config.max_msgs_per_subject === undefined || config.max_msgs_per_subject <= 0,
    otherwise: "its facts per subject are limited",
  },
  { holds: (config) => config.deny_delete === true, otherwise: "facts can be deleted from it" },
  { holds: (config) => config.allow_rollup_hdrs !== true, otherwise: "roll-ups are allowed" },
  {
    holds: (config) => !config.sources?.length && !config.mirror,
    otherwise: "it is filled from another stream",
  },
];

/** Everything wrong with a journal's configuration; empty when it can be trusted. */
export const journalFaults = (config: StreamConfig): readonly string[] =>
  journalRules.filter((rule) => !rule.holds(config)).map((rule) => rule.otherwise);
