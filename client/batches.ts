import type { Page, TaskSummary } from "#schema/api.ts";
import type { BatchOutlook } from "#schema/batch.ts";
import type {
  BatchBody,
  BatchResultRow,
  BatchResultsQuery,
  BatchRow,
  DeadLetterGroup,
  ListQuery,
  RedriveBody,
} from "#schema/record-api.ts";
import type { Recorded } from "./answers.ts";
import { apiPath, type Sender, withReason } from "./sender.ts";

/** How many tasks it is about, and the journal sequence the query was answered for; null when they were named. */
interface Found {
  readonly total: number;
  readonly asOf: number | null;
}

export type StartedBatch = Recorded & Found;

/** One command over many tasks. */
export interface BatchClient {
  start(body: Omit<BatchBody, "dryRun">): Promise<StartedBatch>;
  /** What it would do, without doing it. */
  outlook(body: Omit<BatchBody, "dryRun">): Promise<BatchOutlook & Found>;
  list(page?: ListQuery): Promise<Page<BatchRow>>;
  get(id: string): Promise<BatchRow>;
  results(id: string, page?: BatchResultsQuery): Promise<Page<BatchResultRow>>;
  stop(id: string, reason?: string): Promise<Recorded>;
  /** Puts back what it did where that can be: a batch of its own. */
  undo(id: string, reason?: string): Promise<StartedBatch>;
}

export const batchClient = ({ get, post }: Sender): BatchClient => ({
  start: (body) => post("/api/batches", body),
  outlook: (body) => post("/api/batches", { ...body, dryRun: true }),
  list: (page) => get("/api/batches", { ...page }),
  get: (id) => get(apiPath("batches", id)),
  results: (id, page) => get(apiPath("batches", id, "results"), { ...page }),
  stop: (id, reason) => post(apiPath("batches", id, "stop"), withReason(reason)),
  undo: (id, reason) => post(apiPath("batches", id, "undo"), withReason(reason)),
});

/** Failed tasks, in groups that failed the same way. */
export interface DeadLetterClient {
  groups(): Promise<{ readonly items: readonly DeadLetterGroup[]; readonly asOf: number }>;
  tasks(
    fingerprint: string,
    page?: { readonly limit?: number; readonly cursor?: string },
  ): Promise<Page<TaskSummary>>;
  /** Retries all of a group: a batch. */
  redrive(fingerprint: string, body?: RedriveBody): Promise<StartedBatch>;
}

export const deadLetterClient = ({ get, post }: Sender): DeadLetterClient => ({
  groups: () => get("/api/dead-letters"),
  tasks: (fingerprint, page) => get(apiPath("dead-letters", fingerprint), { ...page }),
  redrive: (fingerprint, body) => post(apiPath("dead-letters", fingerprint, "redrive"), body),
});
