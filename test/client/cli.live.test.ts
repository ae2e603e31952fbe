import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page, TaskDetail, TaskSummary } from "#schema/api.ts";
import { freePort } from "#infra/embedded/free-port.ts";
import { startStack, type TestStack } from "../support/stack.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

const PROGRAM = resolve("dist", "cli.js");

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack();
}, 180_000);
afterAll(() => stack.stop(), 60_000);

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<Ended>;
}

interface Setting {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
}

/** The program as a person types it; without `env` it knows the stack by LONGSHORE_URL and LONGSHORE_TOKEN. */
const begin = (words: readonly string[], { env, input = "", cwd }: Setting = {}): Running => {
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    env: env ?? { LONGSHORE_URL: stack.url, LONGSHORE_TOKEN: stack.token },
    cwd,
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  child.stdin.end(input);
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, out, err }));
  return { child, out: () => out, err: () => err, ended };
};

const longshore = (...words: string[]): Promise<Ended> => begin(words).ended;

/** Output of a command that must succeed. */
const answer = async (...words: string[]): Promise<string> => {
  const { code, out, err } = await longshore(...words);
  expect({ code, err }, words.join(" ")).toEqual({ code: 0, err: "" });
  return out.trim();
};
const value = async <T>(...words: string[]): Promise<T> => JSON.parse(await answer("--json", ...words)) as T;

const shell = (script: string): string => JSON.stringify({ command: ["sh", "-c", script] });
const submit = (script: string, ...more: string[]): Promise<string> =>
  answer("submit", "command", "--payload", shell(script), ...more);
const stateOf = async (id: string): Promise<string> => (await value<TaskDetail>("show", id)).state;
const reaches = (id: string, state: string): Promise<unknown> =>
  until(`${id} is ${state}`, async () => (await stateOf(id)).startsWith(state), 45_000);

describe("the command line", () => {
  it("submits a task, finds it in lists and shows it", async () => {
    const id = await submit("echo one", "--name", "First of all", "--label", "a=b", "--priority", "high");
    await reaches(id, "completed");
    const page = await value<Page<TaskSummary>>("list", "--search", "First of", "--state", "settled");
    expect(page.items).toMatchObject([{ id, priority: "high", labels: { a: "b" } }]);
    expect(await answer("list", "--label", "a=b")).toMatch(
      new RegExp(`^ID +STATE .*\\n${id} +completed +high .*First of all$`),
    );
    expect(await answer("list", "--state", "failed", "--label", "a=b")).toMatch(/^ID .*NAME$/);
    const shown = await answer("show", id);
    expect(shown).toContain("state       completed (full)");
    expect(shown).toContain("labels      a=b");
    const facts = (await answer("events", id, "--json"))
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string });
    expect(facts.map(({ type }) => type)).toEqual(expect.arrayContaining(["submitted", "completed"]));
    expect(await answer("events", id)).toMatch(/^ *SEQ .*\n.* submitted /);
    expect(await answer("why", id)).toBe("It does not wait: it is completed (full).");
  });

  it("gives as many tasks as are asked for, and says when there are more", async () => {
    for (const number of ["1", "2", "3"])
      await submit("true", "--label", "many=", "--name", `Many ${number}`);
    const page = await value<Page<TaskSummary>>("list", "--label", "many=", "--limit", "2");
    expect(page.items.map(({ name }) => name)).toEqual(["Many 3", "Many 2"]);
    expect(page.next).toBeTypeOf("string");
    const { err } = await longshore("list", "--label", "many", "--limit", "2");
    expect(err).toBe("There are more than 2: --limit shows them.\n");
    expect((await value<Page<TaskSummary>>("list", "--label", "many", "--limit", "3")).items).toHaveLength(3);
  });

  it("takes payloads from a file and from standard input, and one key for one task", async () => {
    const file = join(temporaryFolder("payload"), "payload.json");
    writeFileSync(file, shell("echo from a file"));
    const id = await answer("submit", "command", "--payload", `@${file}`, "--key", "once");
    expect(await answer("submit", "command", "--payload", `@${file}`, "--key", "once")).toBe(id);
    const piped = begin(["submit", "command", "--payload", "-", "--wait"], { input: shell("echo piped") });
    const { code, out } = await piped.ended;
    expect(code).toBe(0);
    expect(await answer("logs", out.trim())).toBe("piped");
  });

  it("says what waits and why, and that it goes on after what it came after", async () => {
    const first = await submit("sleep 600");
    const second = await submit("true", "--after", first);
    const { waiting } = await value<TaskDetail>("show", second);
    expect(waiting).toBeTypeOf("string");
    expect(await answer("why", second)).toBe(waiting);
    expect(await answer("cancel", first, "--reason", "enough")).toMatch(`${first} cancel`);
    await reaches(first, "cancelled");
    expect(await answer("events", first)).toContain("enough");
  });

  it("pauses, resumes and cancels tasks, changes how important they are, and retries what failed", async () => {
    const id = await submit("sleep 600");
    await reaches(id, "running");
    expect(await answer("pause", id)).toMatch(new RegExp(`^${id} paus`));
    await reaches(id, "paused");
    expect(await answer("priority", id, "low", "--reason", "later")).toContain(id);
    await answer("resume", id);
    await reaches(id, "running");
    expect(await value("cancel", id)).toMatchObject({ id, ok: true });
    await reaches(id, "cancelled");
    const failing = await submit("exit 3");
    await reaches(failing, "failed");
    await answer("retry", failing);
    await until("it has failed again", async () => {
      const { state, attempt } = await value<TaskDetail>("show", failing);
      return state === "failed" && attempt === 2;
    });
  });

  it("asks for each of several tasks, and fails where one is refused", async () => {
    const id = await submit("sleep 600");
    const { code, out, err } = await longshore("cancel", "no-such-task", id);
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/^no-such-task: There is no such task.*\n$/) as unknown,
    });
    expect(out).toContain(id);
    await reaches(id, "cancelled");
  });

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

  it("counts tasks by state and queue, and lists queues and runners", async () => {
    const id = await submit("true", "--queue", "counted");
    await reaches(id, "completed");
    await until("it is counted", async () =>
      (await answer("stats")).match(/^QUEUE .*COMPLETED[^]*counted +\d[^]*all +\d/),
    );
    expect(await value("stats")).toMatchObject({
      queues: expect.arrayContaining([expect.objectContaining({ id: "counted" })]) as unknown,
    });
    expect(await answer("queues")).toMatch(/^counted +open +0 +0/m);
    expect(await answer("runners")).toMatch(/^local +present +\d+\/10 .*command/m);
  });

  it("finds the administrator's token of the local stack, and gives it to no named server", async () => {
    const local = { LONGSHORE_DATA: stack.data, LONGSHORE_PORT: String(stack.port) };
    expect((await begin(["runners"], { env: local }).ended).code).toBe(0);
    const named = await begin(["runners", "--url", stack.url], { env: local }).ended;
    expect(named.code).toBe(1);
    expect(named.err).toContain("--token or LONGSHORE_TOKEN");
  });

  it("ends with one sentence and a code of its own for each sort of failure", async () => {
    const failure = async (...words: string[]) => {
      const { code, out, err } = await longshore(...words);
      expect(out).toBe("");
      return { code, err: err.split("\n")[0] };
    };
    expect(await failure("show", "no-such-task")).toEqual({
      code: 1,
      err: "longshore: There is no task no-such-task.",
    });
    expect(await failure("submit", "command", "--payload", '{"command": 5}')).toMatchObject({ code: 1 });
    expect(await failure("submit", "no-such-type")).toMatchObject({ code: 1 });
    expect(await failure("list", "--state", "nonsense")).toMatchObject({ code: 1 });
    expect((await failure("list", "--token", "lsh_wrong")).code).toBe(1);
    expect((await failure("submit", "command", "--payload", "{nonsense")).err).toMatch(
      /^longshore: The payload is not JSON/,
    );
    expect((await failure("submit", "command", "--payload", "@/no/such/file")).code).toBe(2);
    expect((await failure("list", "--limit", "0")).code).toBe(2);
    expect((await failure("list", "--url", "nonsense")).code).toBe(2);
    expect((await failure("priority", "x", "urgent")).code).toBe(2);
    expect((await failure("run")).code).toBe(2);
    expect((await failure("nonsense")).code).toBe(2);
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    for (const words of [["list"], ["watch"], ["logs", "x", "--follow"], ["submit", "command"]]) {
      expect(await failure(...words, "--url", nowhere)).toEqual({
        code: 3,
        err: `longshore: There is no answer from ${nowhere} (ECONNREFUSED). Is Longshore running there?`,
      });
    }
  });

  it("ends quietly when its reader has seen enough", async () => {
    const watching = begin(["watch", "--json", "--after", "0"]);
    await until("a line is there", () => watching.out().includes("\n"));
    watching.child.stdout?.destroy();
    await submit("echo something more to tell");
    expect(await watching.ended).toMatchObject({ code: 0, err: "" });
  });
});
