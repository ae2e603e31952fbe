/** The read model: everything here is derived from the journal and telemetry and can be thrown away. */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from "drizzle-orm/pg-core";

const bytea = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });
const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "string" });
const sequence = (name: string) => bigint(name, { mode: "number" });

/** Every journal message, with its exact bytes: jsonb reorders keys, and the hash chain is over the bytes. */
export const facts = pgTable(
  "facts",
  {
    seq: sequence("seq").primaryKey(),
    subject: text("subject").notNull(),
    type: text("type").notNull(),
    taskId: text("task_id"),
    /** `<kind>:<id>` of the record it is about. */
    about: text("about"),
    n: integer("n"),
    at: at("at").notNull(),
    hash: text("hash").notNull(),
    fact: jsonb("fact").notNull(),
    bytes: bytea("bytes").notNull(),
  },
  (table) => [
    index("facts_of_task").on(table.taskId, table.seq),
    index("facts_of_record")
      .on(table.about, table.seq)
      .where(sql`${table.about} is not null`),
  ],
);

/** The current state of each task, folded from its facts. */
export const tasks = pgTable(
  "tasks",
  {
    id: text("id").primaryKey(),
    born: sequence("born").notNull(),
    seq: sequence("seq").notNull(),
    n: integer("n").notNull(),
    state: text("state").notNull(),
    /** The part of the state people filter by. */
    top: text("top").notNull(),
    tag: text("tag").notNull(),
    type: text("type").notNull(),
    name: text("name").notNull(),
    queue: text("queue").notNull(),
    priority: text("priority").notNull(),
    labels: jsonb("labels").notNull(),
    submittedAt: at("submitted_at").notNull(),
    startedAt: at("started_at"),
    settledAt: at("settled_at"),
    updatedAt: at("updated_at").notNull(),
    context: jsonb("context").notNull(),
    /** The task that submitted it, the one it repeats, the schedule it came from, the tasks before it. */
    parent: text("parent"),
    retryOf: text("retry_of"),
    schedule: text("schedule"),
    comesAfter: text("comes_after").array(),
    /** What a failed task has in common with others that failed the same way; null unless it is failed. */
    fingerprint: text("fingerprint"),
    /** Host maintenance only: the runner that last had it, and the host it is about. */
    ranOn: text("ran_on"),
    host: text("host"),
    /** Why it counts as stuck and since when; null in any other state. */
    stuck: jsonb("stuck"),
  },
  (table) => [
    index("tasks_by_birth").on(table.born),
    index("tasks_by_tag").on(table.tag, table.born),
    index("tasks_by_top").on(table.top, table.born),
    index("tasks_by_type").on(table.type, table.born),
    index("tasks_by_parent")
      .on(table.parent, table.born)
      .where(sql`${table.parent} is not null`),
    index("tasks_by_retry")
      .on(table.retryOf, table.born)
      .where(sql`${table.retryOf} is not null`),
    index("tasks_by_schedule")
      .on(table.schedule, table.born)
      .where(sql`${table.schedule} is not null`),
    index("tasks_by_predecessor")
      .using("gin", table.comesAfter)
      .where(sql`${table.comesAfter} is not null`),
    index("tasks_by_fingerprint")
      .on(table.fingerprint, table.born)
      .where(sql`${table.fingerprint} is not null`),
    index("tasks_by_host")
      .on(table.host, table.born)
      .where(sql`${table.host} is not null`),
  ],
);

/** How many tasks of each queue are in each state at each priority; what counts zero has no row. */
export const queueCounts = pgTable(
  "queue_counts",
  {
    queue: text("queue").notNull(),
    top: text("top").notNull(),
    priority: text("priority").notNull(),
    count: integer("count").notNull(),
  },
  (table) => [primaryKey({ columns: [table.queue, table.top, table.priority] })],
);

/** Queues, limits, schedules, batches and templates as their last fact left them; what is no more has no row. */
export const records = pgTable(
  "records",
  {
    kind: text("kind").notNull(),
    id: text("id").notNull(),
    born: sequence("born").notNull(),
    seq: sequence("seq").notNull(),
    at: at("at").notNull(),
    value: jsonb("value").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.id] }),
    index("records_by_birth").on(table.kind, table.born),
  ],
);

/** What became of each task of a batch: by the fact that told it and its place within. */
export const batchResults = pgTable(
  "batch_results",
  {
    batch: text("batch").notNull(),
    seq: sequence("seq").notNull(),
    index: integer("index").notNull(),
    task: text("task").notNull(),
    ok: boolean("ok").notNull(),
    state: text("state").notNull(),
    why: text("why"),
    before: text("before"),
  },
  (table) => [primaryKey({ columns: [table.batch, table.seq, table.index] })],
);

/** How each item of a task's present plan stands. */
export const items = pgTable(
  "items",
  {
    taskId: text("task_id").notNull(),
    index: integer("index").notNull(),
    id: text("id").notNull(),
    name: text("name").notNull(),
    skip: text("skip"),
    note: text("note"),
    kind: text("kind"),
    /** What it took on disk as the plan knew it, and what it gave back. */
    bytes: bigint("bytes", { mode: "number" }),
    freed: bigint("freed", { mode: "number" }),
    /** All else the plan knew of it. */
    details: jsonb("details"),
    answer: text("answer"),
    outcome: text("outcome"),
    code: text("code"),
    message: text("message"),
    ms: integer("ms"),
    at: at("at"),
    attempt: integer("attempt"),
  },
  (table) => [primaryKey({ columns: [table.taskId, table.index] })],
);

/** What was ever done to what: each result as its fact told it, also of plans that are no more. */
export const ledger = pgTable(
  "ledger",
  {
    seq: sequence("seq").notNull(),
    /** Its place among the results of that fact. */
    place: integer("place").notNull(),
    taskId: text("task_id").notNull(),
    at: at("at").notNull(),
    attempt: integer("attempt").notNull(),
    itemId: text("item_id").notNull(),
    name: text("name").notNull(),
    kind: text("kind"),
    host: text("host"),
    /** The engine's own id. */
    engine: text("engine"),
    outcome: text("outcome").notNull(),
    code: text("code"),
    message: text("message"),
    ms: integer("ms"),
    bytes: bigint("bytes", { mode: "number" }),
    freed: bigint("freed", { mode: "number" }),
    answer: text("answer"),
  },
  (table) => [
    primaryKey({ columns: [table.seq, table.place] }),
    index("ledger_by_item").on(table.itemId.op("text_pattern_ops"), table.seq, table.place),
    index("ledger_by_time").on(table.at),
    index("ledger_by_outcome").on(table.outcome, table.seq, table.place),
  ],
);

export const runners = pgTable("runners", {
  id: text("id").primaryKey(),
  seq: sequence("seq").notNull(),
  state: text("state").notNull(),
  boot: text("boot").notNull(),
  slots: integer("slots").notNull(),
  types: jsonb("types").notNull(),
  host: text("host").notNull(),
  since: at("since").notNull(),
});

/** Output in chunks, by telemetry sequence. */
export const logs = pgTable(
  "logs",
  {
    seq: sequence("seq").primaryKey(),
    taskId: text("task_id").notNull(),
    attempt: integer("attempt").notNull(),
    chunk: integer("chunk").notNull(),
    at: at("at").notNull(),
    stream: text("stream").notNull(),
    text: text("text").notNull(),
    dropped: integer("dropped").notNull(),
  },
  (table) => [index("logs_of_task").on(table.taskId, table.seq), index("logs_by_time").on(table.at)],
);

/** The latest progress of each task. */
export const progress = pgTable("progress", {
  taskId: text("task_id").primaryKey(),
  seq: sequence("seq").notNull(),
  progress: jsonb("progress").notNull(),
});

export const samples = pgTable(
  "samples",
  {
    host: text("host").notNull(),
    at: at("at").notNull(),
    sample: jsonb("sample").notNull(),
  },
  (table) => [primaryKey({ columns: [table.host, table.at] })],
);

/** How far each projection has read: stream sequence and hash of the last message, and which stream it was. */
export const checkpoints = pgTable("checkpoints", {
  name: text("name").primaryKey(),
  seq: sequence("seq").notNull(),
  hash: text("hash").notNull(),
  /** Creation time of the stream: a re-created stream is another stream. */
  incarnation: text("incarnation").notNull(),
});
