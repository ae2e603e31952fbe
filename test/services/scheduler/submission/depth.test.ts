import { describe, expect, it } from "vitest";
import type { SubmitBody } from "#schema/submit-body.ts";
import { attempt } from "../../../../services/scheduler/runners/attempts.ts";
import { changeSchedule } from "../../../../services/scheduler/schedules/schedules.ts";
import { submit } from "../../../../services/scheduler/submission/submit.ts";
import { submitMany } from "../../../../services/scheduler/submission/submit-many.ts";
import { snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { changeTemplate } from "../../../../services/scheduler/templates/templates.ts";
import { SLEEP } from "../../../support/a-scheduler.ts";
import { anAuthority } from "../an-authority.ts";

const deep = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);
const by = { actor: { kind: "user", id: "u" }, capabilities: ["operate"] } as const;
const ANY = { ...SLEEP, type: "any", payload: {} };

const aWorld = () => {
  const world = anAuthority();
  const { authority } = world;
  authority.runners.join({ runner: "local", boot: "b", slots: 1, types: [ANY], host: "h", pid: 1, seen: 0 });
  return world;
};

describe.each([
  ["deeper than is taken", 200, "invalid"],
  ["too deep to be written", 20_000, "too-large"],
] as const)("what is %s", (_, levels, code) => {
  const task: SubmitBody = { type: "any", payload: deep(levels) };

  it("is refused as a payload, alone, among others and on a schedule", async () => {
    const { authority } = aWorld();
    const wish = { id: "w", by };
    expect(await submit(authority, { ...wish, task })).toMatchObject({ code });
    const fine: SubmitBody = { type: "any", payload: deep(90) };
    expect(await submitMany(authority, { ...wish, tasks: [task, fine] })).toMatchObject({
      replies: [{ code }, { ok: true }],
    });
    const schedule = { name: "n", cron: "@daily", task };
    expect(changeSchedule(authority, { ...wish, command: { type: "create", schedule } })).toMatchObject({
      code,
    });
  });

  it("is refused in a template and for its parameters", async () => {
    const { authority } = aWorld();
    const change = (command: Parameters<typeof changeTemplate>[1]["command"]) =>
      changeTemplate(authority, { id: "w", by, command });
    expect(await change({ type: "define", template: { name: "t", task: { ...task } } })).toMatchObject({
      ok: false,
    });
    const parameters = { properties: { value: {} } };
    const open = { type: "any", payload: "{{value}}" };
    expect(await change({ type: "define", template: { name: "t", parameters, task: open } })).toMatchObject({
      ok: true,
    });
    const given = { value: deep(levels) };
    expect(await change({ type: "submit", name: "t", parameters: given })).toMatchObject({ code });
  });

  it("is refused as a result", async () => {
    const world = aWorld();
    const running = world.submitted({ type: "any" });
    world.placement.place(world.authority.tasks);
    const { token, attempt: ordinal } = snapshotOf(running).context;
    const about = { runner: "local", boot: "b", taskId: running.id, attempt: ordinal, token: String(token) };
    const body = { type: "completed", result: deep(levels) } as const;
    expect(await attempt(world.authority, { ...about, number: 1, body })).toMatchObject({ code: "invalid" });
  });
});
