/** What a report must look like before it is believed: a fact made of nonsense would stay in the journal for ever. */
import Type from "typebox";
import { ITEM_KINDS } from "./items.ts";
import { ISOLATIONS } from "./executor-type.ts";
import { PlanGuard } from "./plan-guard.ts";
import { CAPABILITIES } from "./policy.ts";
import { type AttemptReportBody, REPORTS_PER_MESSAGE } from "./reports.ts";
import { TOKEN_PATTERN } from "./token.ts";
import { PAUSE_WAYS, RetryPolicy } from "./task.definition.ts";

const strict = { additionalProperties: false } as const;
const Token = Type.String({ pattern: TOKEN_PATTERN });
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Ordinal = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const Id = Type.String({ minLength: 1, maxLength: 200 });

const Positive = Type.Number({ exclusiveMinimum: 0 });

const Requirements = Type.Object({
  cpus: Type.Optional(Positive),
  memoryBytes: Type.Optional(Ordinal),
  labels: Type.Optional(Type.Record(Type.String(), Type.String())),
});

/** What one attempt may use at most. Below 8 MiB of memory hardly any program starts. */
export const LimitsShape = Type.Object(
  {
    cpus: Type.Optional(Type.Number({ title: "Processors", minimum: 0.01, maximum: 1_024 })),
    memoryBytes: Type.Optional(
      Type.Integer({ title: "Memory (bytes)", minimum: 8 * 1024 * 1024, maximum: Number.MAX_SAFE_INTEGER }),
    ),
    pids: Type.Optional(Type.Integer({ title: "Processes and threads", minimum: 1, maximum: 1_000_000 })),
    files: Type.Optional(
      Type.Integer({ title: "Open files of one process", minimum: 8, maximum: 1_000_000 }),
    ),
    fileBytes: Type.Optional(
      Type.Integer({
        title: "Largest file it may write (bytes)",
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
      }),
    ),
    outputBytes: Type.Optional(
      Type.Integer({ title: "Output kept of each stream (bytes)", minimum: 0, maximum: 1024 ** 3 }),
    ),
  },
  { title: "Limits", additionalProperties: false },
);

/** What a runner may announce of one type. */
export const OfferedType = Type.Object({
  type: Type.String({ minLength: 1, maxLength: 64 }),
  title: Type.String(),
  description: Type.String(),
  payload: Type.Record(Type.String(), Type.Unknown()),
  repeatable: Type.Boolean(),
  pause: Type.Enum([...PAUSE_WAYS]),
  plans: Type.Boolean(),
  retry: RetryPolicy,
  concurrency: Type.Optional(Ordinal),
  lane: Type.Optional(
    Type.Object({ by: Token, limit: Type.Integer({ minimum: 1, maximum: 10_000 }) }, strict),
  ),
  site: Type.Optional(Token),
  needs: Type.Optional(Type.Array(Type.Enum([...CAPABILITIES]))),
  guard: Type.Optional(PlanGuard),
  itemLock: Type.Optional(Token),
  requires: Type.Optional(Requirements),
  naming: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  stuckAfterMs: Type.Optional(Count),
  isolation: Type.Optional(Type.Enum([...ISOLATIONS])),
  limits: Type.Optional(LimitsShape),
});

export const HelloShape = Type.Object({
  runner: Token,
  boot: Id,
  slots: Type.Integer({ minimum: 0, maximum: 10_000 }),
  types: Type.Array(OfferedType),
  offers: Type.Optional(Requirements),
  faults: Type.Optional(Type.Array(Type.Object({ file: Type.String(), message: Type.String() }))),
  isolation: Type.Optional(
    Type.Object({ groups: Type.Enum(["cgroup2", "cgroup1", "soft"]), message: Type.String() }),
  ),
  host: Type.String(),
  pid: Count,
  sites: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 1_000 })),
  place: Type.Optional(Id),
  seen: Count,
});

export const PressureShape = Type.Object({
  runner: Token,
  host: Type.String({ minLength: 1, maxLength: 255 }),
  reason: Type.Union([Type.String({ maxLength: 500 }), Type.Null()]),
});

export const StallShape = Type.Object({
  runner: Token,
  taskId: Id,
  attempt: Ordinal,
  evidence: Type.Union([Type.String({ minLength: 1, maxLength: 1_000 }), Type.Null()]),
});

export const LeaseRenewalShape = Type.Object({ runner: Token, boot: Id });

const Item = Type.Object({
  index: Count,
  outcome: Type.Enum(["begun", "done", "unchanged", "skipped", "failed"]),
  code: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
  ms: Type.Optional(Type.Number({ minimum: 0 })),
  freed: Type.Optional(Count),
  answer: Type.Optional(Type.String({ maxLength: 1_000 })),
});

const Text = Type.Optional(Type.String({ maxLength: 2_000 }));

const PlannedItem = Type.Object({
  // Room for a path; locks are named after it, and a fact that tells of one must not become too large.
  id: Type.String({ maxLength: 4_096 }),
  name: Type.String(),
  kind: Type.Optional(Type.Enum([...ITEM_KINDS])),
  skip: Type.Optional(Type.String()),
  protected: Type.Optional(Type.Boolean()),
  rule: Text,
  why: Text,
  note: Type.Optional(Type.String()),
  ask: Text,
  bytes: Type.Optional(Count),
  createdAt: Text,
  lastUsedAt: Text,
  usedBy: Type.Optional(Type.Array(Type.String({ maxLength: 500 }), { maxItems: 20 })),
  looks: Text,
  stage: Type.Optional(Count),
});

const PlanShape = Type.Object({
  items: Type.Array(PlannedItem),
  engine: Type.Optional(
    Type.Object({
      host: Type.String({ maxLength: 200 }),
      id: Type.String({ maxLength: 200 }),
      name: Type.String({ maxLength: 300 }),
      version: Type.String({ maxLength: 200 }),
      apiVersion: Type.String({ maxLength: 20 }),
    }),
  ),
  dryRun: Type.Optional(Type.Boolean()),
});

const StartedAt = Type.Optional(Type.String({ format: "date-time" }));

/** By the kind of the report, so that a fault is named where it is and not in every kind. */
export const ATTEMPT_BODIES: Readonly<Record<AttemptReportBody["type"], Type.TObject>> = {
  started: Type.Object({}),
  unclaimed: Type.Object({ message: Type.String() }),
  planned: Type.Object({ plan: PlanShape }),
  "items-recorded": Type.Object({ items: Type.Array(Item) }),
  checkpointed: Type.Object({}),
  "host-lost": Type.Object({ message: Type.String() }),
  "host-back": Type.Object({}),
  "handed-over": Type.Object({}),
  paused: Type.Object({ inPlace: Type.Boolean() }),
  cancelled: Type.Object({}),
  completed: Type.Object({ startedAt: StartedAt }),
  "attempt-failed": Type.Object({
    startedAt: StartedAt,
    error: Type.Object({ code: Type.String(), message: Type.String() }),
    retryable: Type.Boolean(),
  }),
};

/** Each report is looked at by itself, so that one that is wrong spoils no other. */
export const AttemptReportsShape = Type.Object({
  runner: Token,
  boot: Id,
  reports: Type.Array(Type.Object({}), { minItems: 1, maxItems: REPORTS_PER_MESSAGE }),
});

export const AttemptReportShape = Type.Object({
  runner: Token,
  boot: Id,
  taskId: Id,
  attempt: Ordinal,
  token: Id,
  number: Ordinal,
  body: Type.Object({ type: Type.Enum(Object.keys(ATTEMPT_BODIES)) }),
});
