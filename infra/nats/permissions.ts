import {
  ACCESS,
  CHECKPOINTS,
  COMMANDS,
  JOURNAL,
  JOURNAL_SUBJECTS,
  LEASE_BUCKET,
  OBJECTS,
  REPORTS,
  TELEMETRY,
} from "#schema/subjects.ts";

/** One NATS user: allow-lists only. `inbox` is the prefix of its private replies, already among `subscribe`. */
export interface NatsUser {
  readonly name: string;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** May answer what it is asked, once each and within two minutes; it can write to nobody's inbox unasked. */
  readonly answers: boolean;
}

const inbox = (name: string): string => `_INBOX.${name}.>`;

/** Reading a stream through ordered consumers, and nothing else of it. `filter` limits which subjects may be asked for. */
const read = (stream: string, filter?: string): string[] => [
  "$JS.API.INFO",
  `$JS.API.STREAM.INFO.${stream}`,
  filter ? `$JS.API.CONSUMER.CREATE.${stream}.*.${filter}` : `$JS.API.CONSUMER.CREATE.${stream}.>`,
  `$JS.API.CONSUMER.INFO.${stream}.*`,
  `$JS.API.CONSUMER.DELETE.${stream}.*`,
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
  "$JS.FC.>",
];

const readObjectsOf = (store: string): string[] => [
  ...read(`OBJ_${store}`),
  `$JS.API.STREAM.MSG.GET.OBJ_${store}`,
  `$JS.API.DIRECT.GET.OBJ_${store}`,
  `$JS.API.DIRECT.GET.OBJ_${store}.>`,
];
const readObjects = readObjectsOf(OBJECTS);
const writeObjects = [...readObjects, `$O.${OBJECTS}.>`];

/** A checkpoint takes the place of an older one, whose pieces are purged: of this store alone. */
const keepCheckpoints = [
  ...readObjectsOf(CHECKPOINTS),
  `$O.${CHECKPOINTS}.>`,
  `$JS.API.STREAM.PURGE.OBJ_${CHECKPOINTS}`,
];

const keepEntries = (bucket: string): string[] => [
  ...read(`KV_${bucket}`),
  `$JS.API.STREAM.MSG.GET.KV_${bucket}`,
  `$JS.API.DIRECT.GET.KV_${bucket}`,
  `$JS.API.DIRECT.GET.KV_${bucket}.>`,
  `$KV.${bucket}.>`,
];

const user = (name: string, publish: readonly string[], subscribe: readonly string[] = []): NatsUser => ({
  name,
  publish: [...new Set(publish)],
  subscribe: [inbox(name), ...subscribe],
  answers: subscribe.some((subject) => subject.startsWith("query.")),
});

/**
 * Who may say what. Only the scheduler publishes facts, only the edge wishes, a reporter reports only as itself, and
 * nobody at run time may delete, purge or change a stream of facts: streams are made by `provisioner`, once at start.
 */
export const natsUsers = (runnerId: string): readonly NatsUser[] => [
  user("provisioner", ["$JS.API.>"]),
  user(
    "scheduler",
    [
      ...JOURNAL_SUBJECTS,
      ...read(JOURNAL),
      `$JS.API.STREAM.MSG.GET.${JOURNAL}`,
      ...writeObjects,
      ...keepCheckpoints,
      ...keepEntries(LEASE_BUCKET),
      "_INBOX.web.>",
      "_INBOX.runner.>",
      "_INBOX.monitor.>",
    ],
    [COMMANDS, REPORTS],
  ),
  user(
    "runner",
    [
      `report.${runnerId}.>`,
      `telemetry.*.${runnerId}`,
      ...read(JOURNAL, `task.*.*.${runnerId}`),
      ...readObjects,
    ],
    [`query.${runnerId}.>`],
  ),
  user(
    "monitor",
    ["telemetry.sample.>", "report.monitor.>", ...read(JOURNAL)],
    ["query.monitor.>", "telemetry.progress.>", "telemetry.log.>", "telemetry.use.>"],
  ),
  user("projector", [...read(JOURNAL), ...read(TELEMETRY), ...readObjects]),
  user("web", [
    COMMANDS,
    "query.>",
    ...read(JOURNAL),
    `$JS.API.STREAM.MSG.GET.${JOURNAL}`,
    ...read(TELEMETRY),
    ...writeObjects,
    ...keepEntries(ACCESS),
  ]),
];
