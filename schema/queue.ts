/** Queues: how much of what is sent to them may be active at once, how fast it starts, and whether it starts at all. */
import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;

export const RateShape = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 1_000_000, description: "Starts …" }),
    perMs: Type.Integer({ minimum: 1, maximum: 86_400_000, description: "… per this many milliseconds." }),
  },
  strict,
);

/** What a person may set. Null takes a limit away; absent leaves it as it is. */
export const QueueSettings = Type.Object(
  {
    concurrency: Type.Optional(Type.Union([Type.Integer({ minimum: 1, maximum: 100_000 }), Type.Null()])),
    rate: Type.Optional(Type.Union([RateShape, Type.Null()])),
    preempts: Type.Optional(
      Type.Boolean({
        description:
          "May a more important task of this queue pause the least important pausable running task?",
      }),
    ),
  },
  strict,
);
export type QueueSettings = Static<typeof QueueSettings>;

/** `paused` starts nothing; `draining` finishes what it has and takes nothing new. */
export const QUEUE_STATES = ["open", "paused", "draining"] as const;

/** A queue exists once a task was sent to it; one without a record has no limits and is open. */
export interface Queue {
  readonly id: string;
  readonly state: (typeof QUEUE_STATES)[number];
  readonly concurrency: number | null;
  readonly rate: { readonly limit: number; readonly perMs: number } | null;
  readonly preempts: boolean;
}

export const openQueue = (id: string): Queue => ({
  id,
  state: "open",
  concurrency: null,
  rate: null,
  preempts: false,
});

export type QueueEvent =
  | { readonly type: "configured"; readonly settings: QueueSettings }
  | { readonly type: "queue-paused" }
  | { readonly type: "queue-resumed" }
  | { readonly type: "queue-draining" };

export const QueueCommand = Type.Union([
  Type.Object({ type: Type.Literal("configure"), settings: QueueSettings }, strict),
  Type.Object({ type: Type.Literal("pause") }, strict),
  Type.Object({ type: Type.Literal("resume") }, strict),
  Type.Object({ type: Type.Literal("drain") }, strict),
]);
export type QueueCommand = Static<typeof QueueCommand>;
