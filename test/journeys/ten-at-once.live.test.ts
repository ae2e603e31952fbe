import { afterAll, beforeAll, expect, it } from "vitest";
import { createClient } from "#client/http.ts";
import { startStack, type TestStack } from "../support/stack.ts";
import { isGiven } from "../support/a-scheduler.ts";
import { until } from "../support/until.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack();
}, 120_000);
afterAll(() => stack.stop(), 60_000);

it("runs ten commands at once, forty one after another, each assigned exactly once", async () => {
  const client = createClient({ baseUrl: stack.url, token: stack.token });
  const ids = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const { id } = await client.submit({ type: "command", payload: { command: ["sleep", "0.4"] } });
      return id;
    }),
  );
  await until(
    "all are completed",
    async () => (await client.tasks({ state: "completed", limit: 100 })).items.length === ids.length,
    45_000,
  );
  const histories = await Promise.all(ids.map(async (id) => (await client.events(id)).items));
  for (const history of histories) {
    const types = history.map(({ type }) => type);
    // One that finds a free slot begins with its first fact.
    expect(types.filter((type) => type !== "assigned")).toEqual(["submitted", "started", "completed"]);
    expect(history.filter(isGiven)).toHaveLength(1);
  }
  const steps = histories
    .flat()
    .filter((step) => isGiven(step) || step.type === "completed")
    .toSorted((a, b) => a.seq - b.seq);
  let active = 0;
  let most = 0;
  for (const step of steps) {
    active += isGiven(step) ? 1 : -1;
    most = Math.max(most, active);
  }
  expect(most).toBe(10);
}, 60_000);
