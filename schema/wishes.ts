/** Wishes on the wire: request/reply from the edge to the scheduler; the answer comes once the facts are on disk. */
import type { Actor } from "./actor.ts";
import type { Capability } from "./policy.ts";
import type { Priority, RetryPolicy, TaskTimeout } from "./task.definition.ts";
import type { TaskCommand } from "./task.commands.ts";

/** Who wishes, with which rights; set by the edge from the session, never from the request's body. */
export interface Wisher {
  readonly actor: Actor;
  readonly capabilities: readonly Capability[];
}

export interface SubmitWish {
  readonly id: string;
  readonly by: Wisher;
  readonly task: {
    readonly type: string;
    readonly payload: unknown;
    readonly name?: string;
    readonly queue?: string;
    readonly priority?: Priority;
    readonly runAt?: string;
    readonly retry?: Partial<RetryPolicy>;
    readonly timeout?: Partial<TaskTimeout>;
    readonly idempotencyKey?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly approval?: boolean;
  };
}

export interface TaskWish {
  readonly id: string;
  readonly by: Wisher;
  readonly taskId: string;
  readonly command: TaskCommand;
}

/** `refused`: the chart says no. `invalid`: the wish itself is wrong; `details` names the places. */
export type WishRefusal =
  | "unknown-task"
  | "unknown-type"
  | "invalid"
  | "too-large"
  | "forbidden"
  | "refused"
  | "unavailable"
  | "full";

export type WishReply =
  /** `seq`: journal sequence of the last fact it caused. `repeated`: an idempotency key already had its task. */
  | {
      readonly ok: true;
      readonly taskId: string;
      readonly seq: number;
      readonly state: string;
      readonly repeated?: boolean;
    }
  | {
      readonly ok: false;
      readonly code: WishRefusal;
      readonly message: string;
      readonly state?: string;
      readonly details?: readonly { readonly path: string; readonly message: string }[];
    };
