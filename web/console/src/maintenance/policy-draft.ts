import type { ExecutorType, JsonSchema } from "#schema/executor-type.ts";
import type { PlanGuard } from "#schema/plan-guard.ts";
import type { SubmitBody } from "#schema/submit-body.ts";

/** How far a policy goes by itself: it only says what it would do, asks before it does it, or does it within its limits. */
export const MODES = ["report", "ask", "auto"] as const;
export type Mode = (typeof MODES)[number];

/** What the form of a policy holds; null in a limit: none. */
export interface PolicyDraft {
  readonly type: string;
  /** Null: the runner's own engine. */
  readonly host: string | null;
  readonly rules: Readonly<Record<string, unknown>>;
  readonly mode: Mode;
  readonly limits: {
    readonly items: number | null;
    readonly percent: number | null;
    readonly timesUsual: number | null;
    readonly above: number | null;
  };
  /** What the form has no field for, sent along as it is. */
  readonly carry: Partial<SubmitBody>;
}

const asPayload = (payload: unknown): Readonly<Record<string, unknown>> =>
  typeof payload === "object" && payload !== null ? (payload as Readonly<Record<string, unknown>>) : {};

const limitsOf = (guard: PlanGuard | undefined): PolicyDraft["limits"] => ({
  items: guard?.items ?? null,
  percent: guard?.share === undefined ? null : Math.round(guard.share * 100),
  timesUsual: guard?.timesUsual ?? null,
  above: guard?.above ?? null,
});

export const modeOf = ({ payload, approval }: Pick<SubmitBody, "payload" | "approval">): Mode => {
  if (asPayload(payload)["dryRun"] === true) return "report";
  return approval === true ? "ask" : "auto";
};

/** The draft for another type: its own rules, and what was said of host and mode as far as it fits. */
export const withType = ({ host, mode }: PolicyDraft, type: ExecutorType): PolicyDraft => ({
  ...newPolicy(type),
  host,
  ...(canReport(type) ? { mode } : {}),
});

/** A new policy of a type: its example's rules, asking first, held to the type's own limits. */
export const newPolicy = (type: ExecutorType): PolicyDraft => {
  const { host: _host, dryRun: _dryRun, ...rules } = asPayload(type.example);
  const mode = canReport(type) ? "ask" : "auto";
  return { type: type.type, host: null, rules, mode, limits: limitsOf(type.guard), carry: {} };
};

/** What a schedule submits, as the form shows it. */
export const policyOf = (task: SubmitBody, type: ExecutorType | undefined): PolicyDraft => {
  const { type: name, payload, approval: _approval, guard, ...carry } = task;
  const { host, dryRun: _dryRun, ...rules } = asPayload(payload);
  return {
    type: name,
    host: typeof host === "string" ? host : null,
    rules,
    mode: modeOf(task),
    limits: limitsOf(guard ?? type?.guard),
    carry,
  };
};

const guardOf = ({ items, percent, timesUsual, above }: PolicyDraft["limits"]): PlanGuard => ({
  ...(items === null ? {} : { items }),
  ...(percent === null ? {} : { share: percent / 100 }),
  ...(timesUsual === null ? {} : { timesUsual }),
  ...(above === null || (percent === null && timesUsual === null) ? {} : { above }),
});

const payloadOf = ({ host, rules }: PolicyDraft, dryRun: boolean): Record<string, unknown> => ({
  ...(host === null ? {} : { host }),
  ...rules,
  ...(dryRun ? { dryRun } : {}),
});

/** The task a policy submits each time. Limits are always said where it acts by itself: none said would be the type's own. */
export const policyTask = (draft: PolicyDraft): SubmitBody => ({
  ...draft.carry,
  type: draft.type,
  payload: payloadOf(draft, draft.mode === "report"),
  ...(draft.mode === "ask" ? { approval: true } : {}),
  ...(draft.mode === "auto" ? { guard: guardOf(draft.limits) } : {}),
});

/** The same rules as a report of what they would do now. */
export const previewTask = (draft: PolicyDraft, name: string): SubmitBody => ({
  type: draft.type,
  payload: payloadOf(draft, true),
  name: `What it would do now: ${name}`.slice(0, 200),
});

/** Maintenance is what is done to a container host again and again; a command in a container is work like any other. */
export const isMaintenance = (type: string): boolean => type.startsWith("docker.") && type !== "docker.run";

const propertiesOf = (schema: JsonSchema): Readonly<Record<string, unknown>> =>
  asPayload(schema["properties"]);

export const canReport = ({ payload, plans }: ExecutorType): boolean =>
  plans && propertiesOf(payload)["dryRun"] !== undefined;

/** What to spare and what to look at comes after what to take: rare, and the same for every kind. */
const LAST = ["protect", "grace", "only"];

/** The rules of a type: its payload without what the form asks for elsewhere. */
export const rulesSchema = (schema: JsonSchema): JsonSchema => {
  const { host: _host, dryRun: _dryRun, ...rules } = propertiesOf(schema);
  const place = ([key]: readonly [string, unknown]): number => LAST.indexOf(key);
  const properties = Object.fromEntries(Object.entries(rules).toSorted((a, b) => place(a) - place(b)));
  return { ...schema, properties };
};
