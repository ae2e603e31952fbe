import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page, TaskDetail, TaskSummary } from "#schema/api.ts";
import { freePort } from "#infra/embedded/free-port.ts";
import { startStack, type TestStack } from "../support/stack.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";
import { aTerminal, shell } from "./a-terminal.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack();
}, 180_000);
afterAll(() => stack.stop(), 60_000);

const { begin, longshore, answer, value, submit, reaches } = aTerminal(() => stack);

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
