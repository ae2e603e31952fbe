import { Validator } from "@cfworker/json-schema";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { telemetrySubject } from "#schema/subjects.ts";
import { anAssignment } from "../../support/a-journal.ts";
import { until } from "../../support/until.ts";
import { aToldEdge, type ToldEdge } from "./a-told-edge.ts";

type Schema = ConstructorParameters<typeof Validator>[0];

let told: ToldEdge;
beforeAll(async () => {
  told = await aToldEdge();
});
afterAll(() => told.edge.stop());

const at = "2026-11-21T08:00:00.000Z";
const METRICS = { files: 7, "bytes.read": 1_234_567, share: 0.25 };

const shapeOfTask = async (): Promise<Validator> => {
  const { paths } = (await told.edge.client.openapi()) as {
    paths: Record<
      string,
      { get: { responses: Record<string, { content: Record<string, { schema: Schema }> }> } }
    >;
  };
  const schema = paths["/api/tasks/{id}"]?.get.responses["200"]?.content["application/json"]?.schema;
  expect(JSON.stringify(schema)).toContain('"metrics"');
  return new Validator(schema ?? false, "2020-12");
};

describe("what work measures itself", () => {
  it("is kept, given with the task as described, and not taken for the next attempt's", async () => {
    const { edge, journal, projected } = told;
    const id = await journal.begin();
    const runner = await edge.connect("runner");
    const body = { taskId: id, attempt: 1, at, percent: null, message: "", metrics: METRICS };
    runner.publish(telemetrySubject("progress", "local"), JSON.stringify(body));
    await projected();
    const progress = async () => (await edge.client.task(id)).progress;
    await until("its metrics", async () => (await progress()) !== null);
    expect(await progress()).toEqual(body);
    await until("the list's", async () => (await edge.client.tasks()).items[0]?.progress !== null);
    expect((await edge.client.tasks()).items[0]?.progress).toEqual(body);
    const answer: unknown = await (await edge.admin(`/api/tasks/${id}`)).json();
    const shape = await shapeOfTask();
    expect(shape.validate(answer)).toMatchObject({ valid: true, errors: [] });
    // Nothing of the answer is lost to its description.
    expect(answer).toMatchObject({
      n: 3,
      context: { runner: "local" },
      commands: expect.anything() as unknown,
    });
    const spoilt = { ...(answer as object), progress: { ...body, metrics: { files: "seven" } } };
    expect(shape.validate(spoilt).valid).toBe(false);

    await journal.happen(id, { type: "attempt-lost", message: "gone" });
    await journal.happen(id, anAssignment(2));
    await projected();
    await until("the next attempt", async () => (await edge.client.task(id)).attempt === 2);
    expect(await progress()).toBeNull();
    expect((await edge.client.tasks()).items[0]).toMatchObject({ attempt: 2, progress: null });
  }, 60_000);
});
