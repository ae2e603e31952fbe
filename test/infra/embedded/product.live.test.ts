import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startStack, type TestStack } from "../../support/stack.ts";

const DIST = join(dirname(dirname(dirname(import.meta.dirname))), "dist");
const runFile = promisify(execFile);

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack();
}, 120_000);
afterAll(() => stack.stop());

const program = (name: string): Promise<{ stdout: string; stderr: string }> =>
  runFile(process.execPath, [join(DIST, `${name}.js`)], { env: { LONGSHORE_DATA: stack.data } });

const api = async (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${stack.url}/api${path}`, {
    ...init,
    headers: { authorization: `Bearer ${stack.token}`, "content-type": "application/json" },
  });

const run = async (script: string): Promise<string> => {
  const body = JSON.stringify({ type: "command", payload: { command: ["sh", "-c", script] } });
  const answer = (await (await api("/tasks", { method: "POST", body })).json()) as { id: string };
  return answer.id;
};

const stateOf = async (id: string): Promise<string> => {
  const answer = (await (await api(`/tasks/${id}`)).json()) as { state?: string; task?: { state: string } };
  return String(answer.state ?? answer.task?.state);
};

it("login prints a fresh one-time link of the running stack", async () => {
  const [first, second] = [await program("login"), await program("login")];
  expect(first.stdout.trim()).toMatch(new RegExp(`^${stack.url}/`));
  expect(second.stdout).not.toBe(first.stdout);
});

it("demo submits a mix of tasks and touches no container that is not labelled for it", async () => {
  const { stdout } = await program("demo");
  expect(stdout).toContain(`21 tasks submitted: watch them at ${stack.url}`);
  expect(stdout).toContain("No container carries the label longshore.demo");
});

it("rebuild finds the running stack by itself", async () => {
  const { stdout } = await program("rebuild");
  expect(stdout).toMatch(/Done: \d+ facts folded into \d+ tasks\./);
});

it("login says in one sentence that nothing runs on a data folder", async () => {
  const elsewhere = runFile(process.execPath, [join(DIST, "login.js")], {
    env: { LONGSHORE_DATA: "/nowhere" },
  });
  await expect(elsewhere).rejects.toMatchObject({
    code: 1,
    stderr: "\nLongshore is not running on /nowhere: start it with npm start.\n",
  });
});

it.each(["scheduler", "runner", "monitor", "projector", "web", "nats", "postgres"])(
  "work goes on after %s was killed",
  async (name) => {
    const before = stack.pids()[name]!;
    await stack.kill9(name);
    await stack.restarted(name, before);
    const submitted = await expect
      .poll(() => run("echo done").catch(() => ""), { timeout: 30_000, interval: 250 })
      .toMatch(/^[0-9a-f-]{36}$/)
      .then(() => run("echo done"));
    await expect.poll(() => stateOf(submitted), { timeout: 30_000, interval: 250 }).toBe("completed");
  },
);
