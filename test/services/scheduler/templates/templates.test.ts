import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaskFact } from "#schema/envelope.ts";
import { CAPABILITIES, type Capability } from "#schema/policy.ts";
import type { TemplateBody, TemplateCommand } from "#schema/template.ts";
import { changeTemplate } from "../../../../services/scheduler/templates/templates.ts";
import { fill } from "../../../../services/scheduler/templates/template-text.ts";
import { anAuthority } from "../an-authority.ts";

const NAP: TemplateBody = {
  name: "nap",
  description: "Sleeps a while.",
  parameters: {
    properties: {
      ms: { type: "integer", minimum: 0, default: 5 },
      who: { type: "string", maxLength: 40 },
    },
    required: ["who"],
  },
  task: {
    type: "sleep",
    name: "A nap for {{who}} of {{ms}} ms",
    payload: { ms: "{{ms}}", text: "{{who}}" },
    labels: { who: "{{who}}" },
  },
};

const aWorldOfTemplates = () => {
  const world = anAuthority();
  world.join("local", 0);
  let wishes = 0;
  const wish = async (command: TemplateCommand, capabilities: readonly Capability[] = CAPABILITIES) =>
    changeTemplate(world.authority, {
      id: `wish-${(wishes += 1)}`,
      by: { actor: { kind: "user", id: "ada" }, capabilities },
      command,
    });
  return {
    ...world,
    wish,
    define: (changes: Partial<TemplateBody> = {}) =>
      wish({ type: "define", template: { ...NAP, ...changes } }),
    submit: (parameters: Record<string, unknown>, more: { version?: number; idempotencyKey?: string } = {}) =>
      wish({ type: "submit", name: "nap", parameters, ...more }),
    submitted: () =>
      world.paper.written.flatMap(({ fact }) =>
        fact.type === "submitted" ? [(fact as TaskFact).data["definition"]] : [],
      ),
  };
};

const paths = (reply: unknown): unknown =>
  (reply as { details?: readonly { path: string }[] }).details?.map(({ path }) => path);

describe("a template", () => {
  it("makes a task of its parameters, each with its own type, and says where it comes from", async () => {
    const { define, submit, submitted } = aWorldOfTemplates();
    expect(await define()).toMatchObject({ ok: true, id: "nap@1" });
    expect(await submit({ who: "Ada", ms: 70 })).toMatchObject({ ok: true, state: "queued" });
    expect(submitted()).toMatchObject([
      {
        type: "sleep",
        name: "A nap for Ada of 70 ms",
        payload: { value: { ms: 70, text: "Ada" } },
        labels: { who: "Ada", "longshore.template": "nap@1" },
        submittedBy: { kind: "user", id: "ada" },
      },
    ]);
  });

  it("uses a default for what is not given", async () => {
    const { define, submit, submitted } = aWorldOfTemplates();
    await define();
    await submit({ who: "Ada" });
    expect(submitted()).toMatchObject([{ payload: { value: { ms: 5, text: "Ada" } } }]);
  });

  it.each([
    [{}, ["parameters"]],
    [{ who: 7 }, ["parameters", "parameters/who"]],
    [{ who: "Ada", ms: -1 }, ["parameters", "parameters/ms"]],
    [{ who: "Ada", extra: 1 }, ["parameters", "parameters/extra"]],
  ])("is not submitted with %j", async (parameters, places) => {
    const { define, submit, submitted } = aWorldOfTemplates();
    await define();
    const reply = await submit(parameters);
    expect(reply).toMatchObject({ ok: false, code: "invalid" });
    expect(paths(reply)).toEqual(expect.arrayContaining(places));
    expect(submitted()).toEqual([]);
  });

  it("refuses what its task needs and was not given", async () => {
    const { define, submit } = aWorldOfTemplates();
    await define({ parameters: { properties: NAP.parameters?.["properties"] } });
    expect(paths(await submit({}))).toEqual(["task/name", "task/payload/text", "task/labels/who"]);
  });

  it("makes only what is a task, of the rights of who submits it", async () => {
    const { define, submit, wish } = aWorldOfTemplates();
    await define({
      parameters: { properties: { who: {} } },
      task: { type: "sleep", payload: {}, priority: "{{who}}" },
    });
    expect(await submit({ who: "urgent" })).toMatchObject({ code: "invalid" });
    expect(paths(await submit({ who: "urgent" }))).toEqual(expect.arrayContaining(["task/priority"]));
    expect(await submit({ who: "high" })).toMatchObject({ ok: true });
    for (const command of [
      { type: "submit", name: "nap", parameters: { who: "high" } },
      { type: "retire", name: "nap" },
      { type: "define", template: NAP },
    ] as const)
      expect(await wish(command, ["view"])).toMatchObject({ code: "forbidden" });
  });

  it("answers a key that was used with the first task", async () => {
    const { define, submit, submitted } = aWorldOfTemplates();
    await define();
    const first = await submit({ who: "Ada" }, { idempotencyKey: "once" });
    expect(await submit({ who: "Ada" }, { idempotencyKey: "once" })).toMatchObject({
      taskId: (first as { taskId?: string }).taskId,
      repeated: true,
    });
    expect(submitted()).toHaveLength(1);
  });
});

describe("versions of a template", () => {
  it("count on and stay; the latest is meant unless one is named", async () => {
    const { define, submit, submitted, authority } = aWorldOfTemplates();
    await define();
    expect(await define({ task: { type: "sleep", payload: {}, name: "{{who}}" } })).toMatchObject({
      id: "nap@2",
    });
    await submit({ who: "Ada" });
    await submit({ who: "Bob" }, { version: 1 });
    expect(submitted()).toMatchObject([{ name: "Ada" }, { name: "A nap for Bob of 5 ms" }]);
    expect(await submit({ who: "Ada" }, { version: 3 })).toMatchObject({ code: "unknown-record" });
    expect(authority.records.template.get("nap@1")).toMatchObject({ name: "nap", version: 1 });
  });

  it("are all out of use once the name is retired, until it is defined anew", async () => {
    const { define, submit, wish } = aWorldOfTemplates();
    expect(await wish({ type: "retire", name: "nap" })).toMatchObject({ code: "unknown-record" });
    await define();
    await define();
    expect(await wish({ type: "retire", name: "nap" })).toMatchObject({ ok: true, id: "nap@2" });
    expect(await wish({ type: "retire", name: "nap" })).toMatchObject({ code: "refused" });
    for (const version of [{}, { version: 1 }])
      expect(await submit({ who: "Ada" }, version)).toMatchObject({ code: "refused", state: "retired" });
    expect(await define()).toMatchObject({ id: "nap@3" });
    expect(await submit({ who: "Ada" }, { version: 1 })).toMatchObject({ ok: true });
  });

  it("are a hundred at most", async () => {
    const { define } = aWorldOfTemplates();
    for (let version = 1; version <= 100; version += 1) await define();
    expect(await define()).toMatchObject({ ok: false, code: "refused" });
    expect(await define({ name: "other" })).toMatchObject({ ok: true });
  });
});

describe("a template that cannot be", () => {
  it.each([
    [{ task: { payload: {} } }, "task/type"],
    [{ task: { type: "sleep" } }, "task/payload"],
    [{ task: { ...NAP.task, colour: "red" } }, "task/colour"],
    [{ task: { ...NAP.task, queue: "{{host}}" } }, "task/queue"],
    [{ parameters: {}, task: { type: "sleep", payload: {}, queue: "no queue" } }, "task/queue"],
    [{ parameters: { type: "array" } }, "parameters/type"],
    [{ parameters: { properties: { who: { type: "text" } } } }, "parameters/properties/who/type"],
    [{ parameters: { properties: { who: { pattern: "(a+)+$" } } } }, "parameters/properties/who/pattern"],
    [{ parameters: { properties: { who: { $ref: "#" } } } }, "parameters/properties/who/$ref"],
    [
      { parameters: { properties: { who: { items: { minimum: "1" } } } } },
      "parameters/properties/who/items/minimum",
    ],
    [
      { parameters: { properties: { who: { type: "string", default: 7 } } } },
      "parameters/properties/who/default",
    ],
  ])("is refused when it is defined: %j", async (changes, path) => {
    const reply = await aWorldOfTemplates().define(changes);
    expect(reply).toMatchObject({ ok: false, code: "invalid" });
    expect(paths(reply)).toContain(path);
  });

  it("is refused when it is too large, or would become so", async () => {
    const { define, submit } = aWorldOfTemplates();
    const payload = { text: "x".repeat(33_000) };
    expect(await define({ task: { type: "sleep", payload } })).toMatchObject({ code: "too-large" });
    await define({
      parameters: { properties: { who: { type: "string" } } },
      task: { type: "sleep", payload: { text: "{{who}}".repeat(4_000) } },
    });
    expect(await submit({ who: "x".repeat(10_000) })).toMatchObject({ code: "too-large" });
  });

  it("is refused when there are a thousand", async () => {
    const { define } = aWorldOfTemplates();
    for (let count = 0; count < 1_000; count += 1) await define({ name: `nap-${count}` });
    expect(await define()).toMatchObject({ ok: false, code: "refused" });
  });
});

describe("a text with places", () => {
  const filled = (text: unknown, values: Record<string, unknown> = { a: "x", n: 7, list: [1] }) => {
    const { task, faults } = fill({ text }, values, 1_000);
    return faults.length > 0 ? faults.map(({ path }) => path) : task["text"];
  };

  it.each([
    ["{{n}}", 7],
    ["{{list}}", [1]],
    ["{{n}}{{a}}", "7x"],
    ["-{{a}}-", "-x-"],
    ["\\{{a}}", "{{a}}"],
    ["docker ps --format '{{.Names}} {{ a }}'", "docker ps --format '{{.Names}} {{ a }}'"],
    [{ deep: ["{{a}}"] }, { deep: ["x"] }],
    ["{{list}}!", ["task/text"]],
    ["{{b}}", ["task/text"]],
    ["{{constructor}}", ["task/text"]],
  ])("%j becomes %j", (text, result) => expect(filled(text)).toEqual(result));

  it("is never looked through a second time", () => {
    expect(filled("{{a}}-{{n}}", { a: "{{n}}", n: "{{a}}" })).toBe("{{n}}-{{a}}");
  });

  it("gives back exactly what was put in", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, text) => {
        expect(filled("{{a}}", { a: value })).toEqual(value);
        expect(filled("<{{a}}>", { a: text })).toBe(`<${text}>`);
      }),
    );
  });
});
