import { describe, expect, it } from "vitest";
import type { ExecutorType } from "#schema/executor-type.ts";
import { HelloShape } from "#schema/report-shapes.ts";
import type { Capability } from "#schema/policy.ts";
import { submit } from "../../../services/scheduler/submission/submit.ts";
import { changeSchedule } from "../../../services/scheduler/schedules/schedules.ts";
import { shapeOf } from "../../../services/scheduler/shape.ts";
import { SLEEP } from "../../support/a-scheduler.ts";
import { aPlan, onPlans } from "./a-plan.ts";
import { aGround } from "./placement/a-ground.ts";

const BACKUP: ExecutorType = { ...SLEEP, type: "backup", needs: ["exec"] };
const PRUNE: ExecutorType = {
  ...SLEEP,
  type: "docker.volumes.prune",
  plans: true,
  payload: { type: "object" },
};

const aHouse = (slots = 10) => {
  const ground = aGround({ types: [SLEEP, BACKUP, PRUNE], slots });
  const by = (capabilities: readonly Capability[]) =>
    ({ actor: { kind: "user", id: "bob" }, capabilities }) as const;
  return {
    ...ground,
    ...onPlans(ground),
    send: (type: string, payload: object, rights: readonly Capability[]) =>
      submit(ground.authority, { id: "w", by: by(rights), task: { type, payload } }),
    schedule: (type: string, rights: readonly Capability[]) =>
      changeSchedule(ground.authority, {
        id: "w",
        by: by(rights),
        command: { type: "create", schedule: { name: "s", cron: "@daily", task: { type, payload: {} } } },
      }),
  };
};

const missing = (right: Capability, verb = "This") => ({
  ok: false,
  code: "forbidden",
  message: `${verb} needs the right "${right}".`,
});

describe("a type that declares rights", () => {
  it("is submitted, scheduled and run again only by who has them", async () => {
    const { send, schedule, wish, authority } = aHouse(0);
    expect(await send("backup", {}, ["operate"])).toMatchObject(missing("exec", "Submitting this"));
    expect(schedule("backup", ["operate"])).toMatchObject({ ok: false, code: "forbidden" });
    expect(schedule("backup", ["operate", "exec"])).toMatchObject({ ok: true });
    const reply = await send("backup", {}, ["operate", "exec"]);
    const task = authority.tasks.get(reply.ok ? reply.taskId : "");
    if (!task) throw new Error("it was not taken");
    expect(await wish(task, { type: "cancel" }, ["operate"])).toMatchObject({ ok: true });
    const retry = { type: "retry", items: "all" } as const;
    expect(await wish(task, retry, ["operate"])).toMatchObject(missing("exec"));
    expect(await wish(task, retry, ["operate", "exec"])).toMatchObject({ ok: true });
  });
});

it("a runner that announces rights, lanes or guards that are none is not believed", () => {
  const hello = (changes: object): object => ({
    runner: "local",
    boot: "b",
    slots: 1,
    host: "h",
    pid: 1,
    seen: 0,
    types: [{ ...BACKUP, ...changes }],
  });
  const shape = shapeOf(HelloShape);
  const lane = { by: "host", limit: 4 };
  expect(shape(hello({ lane, guard: { above: 20, share: 0.5 } }))).toEqual([]);
  for (const wrong of [{ needs: ["root"] }, { lane: { ...lane, limit: 0 } }, { guard: { share: 2 } }])
    expect(shape(hello(wrong))).not.toEqual([]);
});

describe("a yes", () => {
  it("takes the rights of the work it lets loose, and one more for volumes it names", async () => {
    const { submit: submitted, planned, wish, yesTo, standing } = aHouse();
    const task = submitted({ type: PRUNE.type, approval: true });
    await planned(task, aPlan(2));
    expect(await wish(task, yesTo(task), ["operate"])).toMatchObject(missing("docker"));
    const named = yesTo(task, { volumes: [0] });
    expect(await wish(task, named, ["operate", "docker"])).toMatchObject(missing("volumes"));
    expect(standing(task)).toBe("awaiting-approval");
    expect(await wish(task, named, ["operate", "docker", "volumes"])).toMatchObject({ ok: true });
  });

  it("is not needed for volumes that the submission itself names, which takes the right for them at once", async () => {
    const { send } = aHouse();
    const payload = { names: ["data"] };
    expect(await send(PRUNE.type, payload, ["operate", "docker"])).toMatchObject(
      missing("volumes", "Submitting this"),
    );
    expect(await send(PRUNE.type, payload, ["operate", "docker", "volumes"])).toMatchObject({ ok: true });
  });
});
