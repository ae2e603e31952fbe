/** What a running attempt asks of the scheduler: to take in a child task, and for what the tasks before its own left. */
import Type, { type Static } from "typebox";
import type { ReportReply } from "./reports.ts";
import type { Stored } from "./stored.ts";
import { TOKEN_PATTERN } from "./token.ts";
import { SubmitBody } from "./submit-body.ts";
import type { TaskContext } from "./task.context.ts";
import type { TaskError } from "./task.events.ts";
import type { WishReply } from "./wishes.ts";

/** The most results in one answer. */
export const RESULTS_PER_PAGE = 200;

const Id = Type.String({ minLength: 1, maxLength: 200 });
const asker = { runner: Type.String({ pattern: TOKEN_PATTERN }), boot: Id, taskId: Id, token: Id };

/** `key` names the child within its parent: asked again with the same key, the answer is the same child. */
export const ChildSubmissionShape = Type.Object({ ...asker, key: Id, task: SubmitBody });
export type ChildSubmission = Static<typeof ChildSubmissionShape>;
export type ChildReply = WishReply | Extract<ReportReply, { ok: false }>;

/** `from`: index in the task's `after`; `most`: results in the answer. */
export const ResultsQuestionShape = Type.Object({
  ...asker,
  from: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000 })),
  most: Type.Optional(Type.Integer({ minimum: 1, maximum: RESULTS_PER_PAGE })),
});
export type ResultsQuestion = Static<typeof ResultsQuestionShape>;

/** A task that comes first, as it stands. Without a result while it is not settled; `unknown` when it was forgotten. */
export interface FirstResult extends Pick<TaskContext, "outcome"> {
  readonly task: string;
  readonly state: string;
  readonly result: Stored<unknown> | null;
  readonly error: TaskError | null;
}

/** In the order of `after`; `next` is the index to ask on from, null at the end. */
export type ResultsReply =
  | { readonly ok: true; readonly results: readonly FirstResult[]; readonly next: number | null }
  | Extract<ReportReply, { ok: false }>;
