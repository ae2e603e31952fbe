import { afterAll, beforeAll, expect, it } from "vitest";
import { createClient } from "#client/http.ts";
import { LEASE } from "#schema/reports.ts";
import { startStack, type TestStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack();
}, 120_000);
afterAll(() => stack.stop(), 60_000);

const client = () => createClient({ baseUrl: stack.url, token: stack.token });

it("loses no attempt when the scheduler itself stands still for longer than a lease", async () => {
  const { id } = await client().submit({
    type: "command",
    payload: { command: ["sh", "-c", "for i in 1 2 3 4 5; do echo $i; sleep 1; done"] },
  });
  await until("it runs", async () => (await client().task(id)).state === "running.working");
  const scheduler = stack.pids()["scheduler"] ?? 0;
  process.kill(scheduler, "SIGSTOP");
  const stopped = performance.now();
  await until("longer than a lease has passed", () => performance.now() - stopped > LEASE.lostMs + 1_500);
  process.kill(scheduler, "SIGCONT");
  const done = await until(
    "it completes",
    async () => {
      const task = await client().task(id);
      return task.tag === "settled" ? task : undefined;
    },
    30_000,
  );
  expect(done).toMatchObject({ state: "completed", attempt: 1, failures: 0 });
  const types = await until("the history is written", async () => {
    const all = (await client().events(id)).items.map(({ type }) => type);
    return all.includes("completed") ? all : undefined;
  });
  expect(types).toEqual(["submitted", "started", "completed"]);
  await until("its output is whole", async () => {
    const output = (await client().logs(id)).items.filter(({ stream }) => stream === "stdout");
    return output.map(({ text }) => text).join("") === "1\n2\n3\n4\n5\n";
  });
}, 60_000);
