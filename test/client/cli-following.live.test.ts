import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TaskDetail } from "#schema/api.ts";
import { startStack, type TestStack } from "../support/stack.ts";
import { until } from "../support/until.ts";
import { aTerminal, shell } from "./a-terminal.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack();
}, 180_000);
afterAll(() => stack.stop(), 60_000);

const { begin, longshore, answer, submit, stateOf } = aTerminal(() => stack);

describe("the command line, while a task goes on,", () => {
  it("follows output until the task ends, each line once and in order", async () => {
    const id = await submit("for i in $(seq 1 30); do echo line $i; sleep 0.05; done; echo late >&2; exit 4");
    const following = await longshore("logs", id, "--follow");
    const lines = Array.from({ length: 30 }, (_, at) => `line ${at + 1}\n`).join("");
    expect(following).toEqual({ code: 0, out: lines, err: "late\n" });
    expect(await longshore("logs", id)).toEqual(following);
  });

  it("runs a command, with its output and the exit code of how it ended", async () => {
    const good = await longshore("run", "--name", "Good", "--", "sh", "-c", "echo --json; echo two");
    expect(good).toMatchObject({ code: 0, out: "--json\ntwo\n" });
    expect(good.err).toMatch(/^Task \S+\n$/);
    const bad = await longshore("run", "--", "sh", "-c", "echo half; exit 7");
    expect(bad).toMatchObject({ code: 1, out: "half\n" });
    expect(bad.err).toContain("is failed. It failed: ");
    expect(await longshore("submit", "command", "--payload", shell("exit 1"), "--wait")).toMatchObject({
      code: 1,
    });
  });

  it("leaves a command to itself on Ctrl-C, and says so", async () => {
    const running = begin(["run", "--", "sh", "-c", "echo here; sleep 600"]);
    await until("its output is there", () => running.out().includes("here"), 45_000);
    running.child.kill("SIGINT");
    const { code, err } = await running.ended;
    expect(code).toBe(130);
    const id = /^Task (\S+)$/m.exec(err)?.[1] ?? "";
    expect(err).toContain(`Task ${id} goes on; longshore cancel ${id} ends it.`);
    expect(await stateOf(id)).toBe("running.working");
    await answer("cancel", id);
  });

  it("tells every fact as a line of JSON, and of one task until it is settled", async () => {
    const all = begin(["watch", "--json", "--after", "0"]);
    const id = await submit("sleep 1; echo done");
    const one = await longshore("watch", id, "--after", "0");
    expect(one.code).toBe(0);
    expect(one.out).toMatch(new RegExp(`^\\d+ \\S+ \\S+Z task ${id} submitted unborn → `));
    expect(one.out).toMatch(/ completed running\.working → completed by runner local\n$/);
    await until(
      "the end of it is told",
      () => all.out().includes(`"taskId":"${id}"`) && all.out().includes('"type":"completed"'),
    );
    all.child.kill("SIGINT");
    expect((await all.ended).code).toBeNull();
    const over = await longshore("watch", id);
    expect(over).toEqual({ code: 0, out: "", err: `Nothing more comes: task ${id} is completed.\n` });
    const facts = all
      .out()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { seq: number; fact: { type: string } });
    expect(facts[0]?.fact.type).toBeTypeOf("string");
    expect(facts.map(({ seq }) => seq)).toEqual(facts.map(({ seq }) => seq).toSorted((a, b) => a - b));
  });

  it("goes on where it was when the server comes back, with nothing missing or twice", async () => {
    const id = await submit("for i in $(seq 1 60); do echo line $i; sleep 0.1; done");
    const following = begin(["logs", id, "--follow"]);
    const watching = begin(["watch", id, "--after", "0", "--json"]);
    await until("output is followed", () => following.out().includes("line 5\n"), 45_000);
    await until("the beginning is told", () => watching.out().includes('"type":"submitted"'));
    const { web = 0 } = stack.pids();
    await stack.kill9("web");
    await stack.restarted("web", web);
    const { code, out, err } = await following.ended;
    const lines = Array.from({ length: 60 }, (_, at) => `line ${at + 1}\n`).join("");
    expect({ code, out }).toEqual({ code: 0, out: lines });
    expect(err).toMatch(/^The connection is lost.*; trying again\.$/m);
    const told = await watching.ended;
    const places = told.out
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { fact: { n: number } }).fact.n);
    expect(places).toEqual(places.map((_, at) => at + 1));
    expect(told.out).toContain('"type":"completed"');
  }, 90_000);

  it("shows a task again whenever it changes, until it is settled", async () => {
    const id = await submit("sleep 1");
    const { code, out } = await longshore("show", id, "--watch", "--json");
    const states = out
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as TaskDetail).state);
    expect(code).toBe(0);
    expect(states.length).toBeGreaterThan(1);
    expect(states.at(-1)).toBe("completed");
    const lists = begin(["list", "--watch", "--label", "watched"]);
    await until("the empty list is there", () => lists.out().includes("NAME"));
    const seen = await submit("true", "--label", "watched=");
    await until("the new task is in it", () => lists.out().includes(seen));
    lists.child.kill("SIGINT");
    await lists.ended;
  });
});
