import { timestamp } from "#infra/clock.ts";
import { missingCapability } from "#schema/policy.ts";
import { PAYLOAD_LIMIT } from "#schema/stored.ts";
import { SubmitBody } from "#schema/submit-body.ts";
import { type Template, TEMPLATE_LABEL, type TemplateBody, templateId } from "#schema/template.ts";
import type { RecordReply, Refusal, TemplateWish, WishReply } from "#schema/wishes.ts";
import type { Authority } from "../authority.ts";
import { shapeOf } from "../shape.ts";
import { type Detail, refuse, sizeOf } from "../submission/submission.ts";
import { submit } from "../submission/submit.ts";
import { closed, completed, givenFaults, namesOf, parameterFaults } from "./template-parameters.ts";
import { fill, placeFaults, TooMuchText, type Values } from "./template-text.ts";

const TEMPLATES_MOST = 1_000;
const VERSIONS_MOST = 100;
/** Bytes of JSON; a version is one fact. */
const TASK_MOST = 32 * 1024;
const PARAMETERS_MOST = 16 * 1024;
const DETAILS_MOST = 20;

const taskShape = shapeOf(SubmitBody);
const TASK_KEYS: ReadonlySet<string> = new Set(Object.keys(SubmitBody.properties));

const invalid = (message: string, details: readonly Detail[]): Refusal =>
  refuse("invalid", message, { details: details.slice(0, DETAILS_MOST) });

/** The latest version of a name: versions have no holes. */
const latestOf = ({ records }: Authority, name: string): Template | undefined => {
  let latest: Template | undefined;
  for (let version = 1; ; version += 1) {
    const next = records.template.get(templateId(name, version));
    if (!next) return latest;
    latest = next;
  }
};

type Filled = { readonly ok: true; readonly task: SubmitBody } | Refusal;

/** The task these parameters make of a template. */
const fillIn = (template: Pick<Template, "parameters" | "task">, given: Values): Filled => {
  const values = completed(template.parameters, given);
  const wrong = givenFaults(template.parameters, values);
  if (wrong.length > 0) return invalid("These are not the template's parameters.", wrong);
  try {
    const { task, faults } = fill(template.task, values, PAYLOAD_LIMIT);
    if (faults.length > 0) return invalid("The template cannot be filled in.", faults);
    const misshapen = taskShape(task).map(({ path, message }) => ({ path: `task/${path}`, message }));
    if (misshapen.length > 0) return invalid("Filled in, the template is not a task.", misshapen);
    return { ok: true, task: task as SubmitBody };
  } catch (error) {
    if (!(error instanceof TooMuchText)) throw error;
    return refuse("too-large", `Filled in, the template is larger than ${PAYLOAD_LIMIT} bytes.`);
  }
};

/** What is wrong with a template as it stands, whatever it is filled with. */
const templateFault = ({ parameters = {}, task }: TemplateBody): Refusal | undefined => {
  if (sizeOf(task) > TASK_MOST) return refuse("too-large", `A template's task may have ${TASK_MOST} bytes.`);
  if (sizeOf(parameters) > PARAMETERS_MOST)
    return refuse("too-large", `A template's parameters may have ${PARAMETERS_MOST} bytes.`);
  const asking = parameterFaults(parameters);
  if (asking.length > 0) return invalid("The template's parameters cannot be asked for.", asking);
  const faults = [
    ...["type", "payload"].flatMap((key) =>
      key in task ? [] : [{ path: `task/${key}`, message: "is missing" }],
    ),
    ...Object.keys(task).flatMap((key) =>
      TASK_KEYS.has(key) ? [] : [{ path: `task/${key}`, message: "is nothing a task has" }],
    ),
    ...placeFaults(task, namesOf(parameters)),
  ];
  if (faults.length > 0) return invalid("The template's task is not right.", faults);
  // Where nothing has to be given, it can be tried now.
  const [schema, values] = [closed(parameters), completed(parameters, {})];
  if (givenFaults(schema, values).length > 0 || placeFaults(task, new Set(Object.keys(values))).length > 0)
    return undefined;
  const tried = fillIn({ parameters: schema, task }, {});
  return tried.ok ? undefined : tried;
};

const define = (authority: Authority, wish: TemplateWish, body: TemplateBody): RecordReply => {
  const fault = templateFault(body);
  if (fault) return fault;
  const { records, clock } = authority;
  const { name, description = "", parameters = {}, task } = body;
  const version = (latestOf(authority, name)?.version ?? 0) + 1;
  if (version > VERSIONS_MOST)
    return refuse("refused", `"${name}" has ${VERSIONS_MOST} versions already; use another name.`);
  const names = new Set([...records.template.all()].map((template) => template.name));
  if (version === 1 && names.size >= TEMPLATES_MOST)
    return refuse("refused", `There are ${TEMPLATES_MOST} templates already, and no more can be made.`);
  const id = templateId(name, version);
  const after: Template = {
    id,
    name,
    version,
    description,
    parameters: closed(parameters),
    task,
    by: wish.by.actor,
    at: timestamp(clock.now()),
    retired: false,
  };
  const cause = { by: wish.by.actor, reason: wish.reason ?? null, id: wish.id };
  return { ok: true, id, seq: records.template.record(id, { type: "defined" }, after, cause).seq };
};

const unknown = (): Refusal => refuse("unknown-record", "There is no such template.");

const retire = ({ records }: Authority, wish: TemplateWish, latest: Template): RecordReply => {
  if (latest.retired) return refuse("refused", "It is retired already.", { state: "retired" });
  const cause = { by: wish.by.actor, reason: wish.reason ?? null, id: wish.id };
  const after: Template = { ...latest, retired: true };
  return {
    ok: true,
    id: latest.id,
    seq: records.template.record(latest.id, { type: "retired" }, after, cause).seq,
  };
};

type SubmitCommand = Extract<TemplateWish["command"], { type: "submit" }>;

const submitFrom = async (
  authority: Authority,
  wish: TemplateWish,
  { version, parameters = {}, idempotencyKey }: SubmitCommand,
  latest: Template,
): Promise<WishReply> => {
  if (latest.retired) return refuse("refused", `"${latest.name}" is retired.`, { state: "retired" });
  const template = authority.records.template.get(templateId(latest.name, version ?? latest.version));
  if (!template) return refuse("unknown-record", `"${latest.name}" has no version ${version ?? ""}.`);
  if (sizeOf(parameters) > PAYLOAD_LIMIT)
    return refuse("too-large", `The parameters are larger than ${PAYLOAD_LIMIT} bytes.`);
  const filled = fillIn(template, parameters);
  if (!filled.ok) return filled;
  const labels = { ...filled.task.labels, [TEMPLATE_LABEL]: template.id };
  const task = { ...filled.task, labels, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) };
  return submit(authority, { id: wish.id, by: wish.by, task });
};

/** Defines a template's next version, retires a name, or submits from one with the rights of who wishes it. */
export const changeTemplate = (
  authority: Authority,
  wish: TemplateWish,
): RecordReply | WishReply | Promise<WishReply> => {
  const { command, by } = wish;
  const missing = missingCapability(by.capabilities, ["operate"]);
  if (missing) return refuse("forbidden", `This needs the right "${missing}".`);
  if (command.type === "define") return define(authority, wish, command.template);
  const latest = latestOf(authority, command.name);
  if (!latest) return unknown();
  return command.type === "retire"
    ? retire(authority, wish, latest)
    : submitFrom(authority, wish, command, latest);
};
