import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openAccess } from "#infra/nats/access.ts";
import { type Fact, isTaskFact } from "#schema/envelope.ts";
import type { ItemResult } from "#schema/items.ts";
import type { SubmitWish } from "#schema/wishes.ts";
import { keyOf } from "../../../web/server/access.ts";
import { type AJournal, anAssignment } from "../../support/a-journal.ts";
import { until } from "../../support/until.ts";
import { aRun, complete, ENGINE } from "./a-run.ts";
import { aToldEdge, type ToldEdge } from "./a-told-edge.ts";
import { aStandIn, problemOf, type StandIn, type TestEdge } from "./an-edge.ts";

let edge: TestEdge;
let journal: AJournal;
let projected: ToldEdge["projected"];
let standIn: StandIn;

beforeAll(async () => {
  ({ edge, journal, projected } = await aToldEdge());
  standIn = await aStandIn(edge);
});
afterAll(() => edge.stop());
beforeEach(() => {
  standIn.wishes.length = 0;
});

const isOf = (fact: Fact, id: string): boolean => isTaskFact(fact) && fact.taskId === id;

/** The edge follows the journal a moment behind it. */
const heard = (id: string): Promise<unknown> =>
  until(
    "the edge to hear of it",
    async () =>
      (await edge.client.task(id)).seq === journal.facts.findLast(({ fact }) => isOf(fact, id))?.seq,
  );

const idOf = (index: number): string => `${index}`.padStart(64, "f");

const RESULTS: readonly ItemResult[] = [
  { index: 0, outcome: "done" },
  { index: 1, outcome: "unchanged" },
  { index: 2, outcome: "failed", code: "error" },
  { index: 3, outcome: "done" },
];

const stopping = (action: string, results = RESULTS): Promise<string> =>
  aRun(journal, {
    definition: {
      type: "docker.containers",
      name: "Stop the web",
      payload: { value: { action, select: { name: "w" } } },
    },
    plan: {
      engine: ENGINE,
      items: [0, 1, 2, 3].map((index) => ({
        id: idOf(index),
        name: `web-${index}`,
        kind: "container" as const,
      })),
    },
    results,
  });

/** The scheduler's answer to a submission: the task the key has, or a new one. */
const grant = (): void => {
  const keys = new Map<string, string>();
  standIn.answer = (wish) => {
    const key = (wish as SubmitWish).task.idempotencyKey ?? "";
    const repeated = keys.has(key);
    const taskId = keys.get(key) ?? `undo-${keys.size + 1}`;
    keys.set(key, taskId);
    return { ok: true, taskId, seq: journal.facts.length, state: "queued", repeated };
  };
};

const submitted = () => standIn.wishes.map((wish) => (wish as SubmitWish).task);

describe("undoing a run", () => {
  it.each([
    ["stop", "start"],
    ["kill", "start"],
    ["start", "stop"],
    ["pause", "unpause"],
    ["unpause", "pause"],
  ])("of %s submits %s for exactly what it changed, on the host it was done on", async (action, opposite) => {
    grant();
    const id = await stopping(action);
    await complete(journal, id);
    await heard(id);
    expect((await edge.client.task(id)).undo).toEqual({ possible: true, why: null });
    const answer = await edge.client.undo(id, "wrong button");
    expect(answer).toMatchObject({ id: "undo-1", repeated: false });
    expect(submitted()).toEqual([
      {
        type: "docker.containers",
        payload: { action: opposite, ids: [idOf(0), idOf(3)], host: "edge-1" },
        name: "Undo: Stop the web",
        labels: { "longshore.undoes": id, "longshore.reason": "wrong button" },
        idempotencyKey: expect.stringContaining(`undo:${id}:`) as string,
      },
    ]);
  });

  it("twice is one task, and another once the run has changed more", async () => {
    grant();
    const id = await stopping("stop");
    await complete(journal, id);
    await heard(id);
    expect((await edge.post(`/api/tasks/${id}/undo`, {})).status).toBe(201);
    expect((await edge.post(`/api/tasks/${id}/undo`, {})).status).toBe(200);
    await journal.happen(id, { type: "revived", items: "failed" });
    await journal.happen(id, { type: "withdrawn" });
    await heard(id);
    expect(await edge.client.undo(id)).toMatchObject({ id: "undo-1", repeated: true });
    await journal.happen(id, { type: "revived", items: "failed" });
    await journal.happen(id, anAssignment(3));
    await journal.happen(id, { type: "started", report: 1 });
    await journal.happen(id, {
      type: "items-recorded",
      report: 2,
      items: [{ index: 2, outcome: "done" }],
    });
    await journal.happen(id, { type: "completed", report: 3, result: null });
    await heard(id);
    expect(await edge.client.undo(id)).toMatchObject({ id: "undo-2", repeated: false });
    expect(submitted().at(-1)?.payload).toMatchObject({ ids: [idOf(0), idOf(2), idOf(3)] });
  });

  it("is refused in one sentence where it cannot be, and the task says so beforehand", async () => {
    grant();
    const removed = await stopping("remove");
    await complete(journal, removed);
    const restarted = await stopping("restart");
    await complete(journal, restarted);
    const nothing = await stopping("stop", [{ index: 0, outcome: "unchanged" }]);
    await complete(journal, nothing);
    const atWork = await stopping("stop");
    const pruned = await aRun(journal, { definition: { type: "docker.images.prune" }, plan: { items: [] } });
    await complete(journal, pruned);
    const cases = {
      [removed]: '"remove" cannot be undone.',
      [restarted]: '"restart" cannot be undone.',
      [nothing]: "It changed nothing: there is nothing to undo.",
      [atWork]: "Only what a settled or paused task did can be undone.",
      [pruned]: "What a task of type docker.images.prune did cannot be undone.",
    };
    for (const [id, why] of Object.entries(cases)) {
      await heard(id);
      expect((await edge.client.task(id)).undo).toEqual({ possible: false, why });
      expect(await problemOf(await edge.post(`/api/tasks/${id}/undo`, {}))).toMatchObject({
        status: 409,
        detail: why,
      });
    }
    expect((await edge.post("/api/tasks/never/undo", {})).status).toBe(404);
    expect(standIn.wishes).toEqual([]);
  });

  it("can be done of a paused run", async () => {
    grant();
    const id = await stopping("stop");
    await journal.happen(id, { type: "pause-requested" });
    await journal.happen(id, { type: "paused", report: 3, inPlace: true });
    await heard(id);
    expect((await edge.client.task(id)).undo.possible).toBe(true);
    expect((await edge.client.undo(id)).repeated).toBe(false);
  });

  it("takes the rights of submitting it", async () => {
    grant();
    const id = await stopping("stop");
    await complete(journal, id);
    await projected();
    const bucket = openAccess(await edge.connect("web"));
    const secret = "lsh_operator-without-docker";
    const capabilities = ["view", "operate"];
    await bucket.put(keyOf("token", secret), { user: "op", capabilities, expiresAt: null });
    const headers = { authorization: `Bearer ${secret}` };
    const refused = await edge.post(`/api/tasks/${id}/undo`, {}, headers);
    expect(await problemOf(refused)).toMatchObject({
      status: 403,
      detail: 'Undoing this needs the right "docker".',
    });
    const told = (await (await edge.ask(`/api/tasks/${id}`, { headers })).json()) as { undo: unknown };
    expect(told.undo).toEqual({ possible: false, why: 'This needs the right "docker".' });
    expect(standIn.wishes).toEqual([]);
  });
});
