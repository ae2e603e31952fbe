import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExecutorType } from "#schema/executor-type.ts";
import type { Hello } from "#schema/reports.ts";
import { provisioned } from "../../../support/provisioned.ts";
import { startNats, type TestNats } from "../../../support/stack.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { until } from "../../../support/until.ts";
import { openPeer, type Peer } from "../peer.ts";
import { type RunnerProcess, startRunnerProcess } from "../program.ts";

const folder = join(temporaryFolder("own"), "executors");
let nats: TestNats;
let peer: Peer;
let runner: RunnerProcess;

const write = (name: string, text: string): void => {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), text);
};
const greeter = (type: string, word: string): string => `
  import { defineExecutor, Type } from "longshore/executor";
  export const executor = defineExecutor({
    type: "${type}",
    title: "Greeter",
    payload: Type.Object({ who: Type.String({ maxLength: 20 }) }),
    naming: "Greet {who}",
    stuckAfterMs: 60000,
    requires: { cpus: 0.5 },
    run: async ({ payload }) => ({ type: "completed", result: "${word} " + payload.who }),
  });`;

const offered = (hello: Hello | undefined, type: string): ExecutorType | undefined =>
  hello?.types.find((one) => one.type === type);
const announced = (what: string, look: (hello: Hello) => boolean): Promise<Hello> =>
  peer.until(what, () => {
    const hello = peer.hellos.at(-1);
    return hello && look(hello) && hello;
  });
const faultOf = (file: string): Promise<string> =>
  peer.until(
    `a fault of ${file}`,
    () => peer.hellos.at(-1)?.faults?.find((one) => one.file === file)?.message,
    40_000,
  );
const without = (type: string): Promise<Hello> => announced(`${type} gone`, (hello) => !offered(hello, type));

const ended = async (id: string): Promise<unknown> => {
  await peer.until(`the end of ${id}`, () => ["completed", "failed"].includes(peer.task(id).state));
  const body = peer.task(id).reports.at(-1)?.body;
  return body?.type === "completed" ? body.result : body;
};
const begin = async (type: string, payload: unknown): Promise<string> => {
  const id = await peer.submit(type, payload);
  await peer.assign(id);
  return id;
};
const run = async (type: string, payload: unknown): Promise<unknown> => ended(await begin(type, payload));

beforeAll(async () => {
  nats = await provisioned(await startNats());
  peer = await openPeer(nats);
  write("early.executor.js", greeter("early", "Good morning"));
  runner = await startRunnerProcess(nats, { LONGSHORE_EXECUTORS: folder });
  await peer.until("hello", () => peer.hellos.length > 0);
});
afterAll(async () => {
  await runner?.stop();
  await peer?.close();
  await nats?.stop();
});

describe("an executor in the user's folder", () => {
  it("is announced in the first hello, with what it declares, and does its work", async () => {
    expect(offered(peer.hellos[0], "early")).toMatchObject({
      title: "Greeter",
      payload: { type: "object", required: ["who"] },
      naming: "Greet {who}",
      stuckAfterMs: 60_000,
      requires: { cpus: 0.5 },
      repeatable: false,
      pause: "none",
      plans: false,
    });
    expect(await run("early", { who: "Ada" })).toBe("Good morning Ada");
  });

  it("sees only payloads that fit its schema", async () => {
    expect(await run("early", { who: "x".repeat(21) })).toMatchObject({ error: { code: "invalid-payload" } });
  });

  it("is found while the runner runs, as TypeScript with files and packages of its own", async () => {
    write("typed/words.ts", `export const word: string = "Ahoy";`);
    write(
      "node_modules/loud/package.json",
      JSON.stringify({ name: "loud", version: "1.0.0", main: "index.cjs" }),
    );
    write(
      "node_modules/loud/index.cjs",
      `const { join } = require("node:path"); exports.loud = (text) => text.toUpperCase(); exports.join = join;`,
    );
    write(
      "typed/typed.executor.ts",
      `import { defineExecutor, Type } from "longshore/executor";
       import { loud } from "loud";
       import { word } from "./words.ts";
       const Payload = Type.Object({ who: Type.String() });
       export const executor = defineExecutor({
         type: "typed", title: "Typed", payload: Payload,
         run: async ({ payload }) => ({ type: "completed" as const, result: [loud(word), payload.who, import.meta.url] }),
       });`,
    );
    await announced("typed", (hello) => offered(hello, "typed") !== undefined);
    const place = new URL(`file://${join(folder, "typed/typed.executor.ts")}`).href;
    expect(await run("typed", { who: "Bo" })).toEqual(["AHOY", "Bo", place]);
    write("typed/words.ts", `export const word: string = "Farewell";`);
    await until("the other word", async () => {
      const [said] = (await run("typed", { who: "" })) as string[];
      return said === "FAREWELL";
    });
  }, 40_000);

  it("runs its new code from the next task on, and what is at work ends with the old", async () => {
    const waiter = (word: string): string => `
      import { defineExecutor } from "longshore/executor";
      export const executor = defineExecutor({
        type: "waiter", title: "${word}", payload: { type: "object" }, pause: "checkpoint",
        run: ({ pausing, keep }) => new Promise((resolve) => {
          void keep("at work");
          pausing.addEventListener("abort", () => resolve({ type: "completed", result: "${word}" }));
        }),
      });`;
    write("waiter.executor.mjs", waiter("old"));
    const before = await announced("waiter", (hello) => offered(hello, "waiter") !== undefined);
    const first = await begin("waiter", {});
    await peer.until("at work", () => peer.task(first).context.checkpoint !== null);
    write("waiter.executor.mjs", waiter("new"));
    const after = await announced("new waiter", (hello) => offered(hello, "waiter")?.title === "new");
    expect(after.boot).toBe(before.boot);
    const second = await begin("waiter", {});
    await peer.until("at work", () => peer.task(second).context.checkpoint !== null);
    for (const id of [first, second]) await peer.fact(id, { type: "pause-requested" });
    expect([await ended(first), await ended(second)]).toEqual(["old", "new"]);
  }, 40_000);

  it("is announced no more when its file is gone", async () => {
    write("brief.executor.js", greeter("brief", "Hi"));
    await announced("brief", (hello) => offered(hello, "brief") !== undefined);
    rmSync(join(folder, "brief.executor.js"));
    const hello = await without("brief");
    expect(offered(hello, "early")).toBeDefined();
    expect(offered(hello, "command")).toBeDefined();
  }, 40_000);
});

describe("a file that cannot be used", () => {
  const broken: readonly (readonly [what: string, text: string, why: RegExp])[] = [
    ["with a syntax error", "export const executor = {{", /Expected .* \(broken\.executor\.js:1:\d+\)/],
    ["that exports nothing", "export const other = 1;", /exports no "executor"/],
    ["whose executor cannot run", "export const executor = { type: 'x' };", /no run function/],
    ["that throws when it is loaded", "throw new Error('not today');", /not today/],
    ["that ends its process when it is loaded", "process.exit(0);", /ended the process/],
    ["that imports what is not there", "import 'no-such-package';", /no-such-package/],
    ["without a title", greeter("untitled", "x").replace('title: "Greeter",', ""), /title/],
    [
      "with a payload that is no schema",
      greeter("odd", "x").replace(
        "Type.Object({ who: Type.String({ maxLength: 20 }) })",
        `{ type: "objekt" }`,
      ),
      /payload\/type is "objekt"/,
    ],
    ["that declares a type of Longshore's own", greeter("command", "x"), /Longshore's own/],
    ["that declares the type of another file", greeter("early", "x"), /early\.executor\.js already/],
  ];

  it.each(broken)(
    "%s is skipped and named, and the others go on",
    async (what, text, why) => {
      // By name after the others, so that the one that was there first keeps its type.
      const file = what.includes("another file") ? "zz.executor.js" : "broken.executor.js";
      write(file, text);
      const message = await peer.until(
        `the fault of a file ${what}`,
        () => peer.hellos.at(-1)?.faults?.find((one) => one.file === file && why.test(one.message))?.message,
      );
      expect(message).toMatch(why);
      expect(runner.log()).toContain("is skipped");
      expect(offered(peer.hellos.at(-1), "early")).toBeDefined();
      expect(await run("early", { who: "Ada" })).toBe("Good morning Ada");
      rmSync(join(folder, file));
      await announced("no fault", (hello) => hello.faults?.every((one) => one.file !== file) === true);
    },
    40_000,
  );

  it("that hangs when it is loaded is given up, and the others are loaded all the same", async () => {
    write("hangs.executor.js", "for (;;) {}");
    write("later.executor.js", greeter("later", "Hello"));
    expect(await faultOf("hangs.executor.js")).toMatch(/not loaded within 20 s/);
    expect(await run("later", { who: "Ada" })).toBe("Hello Ada");
    rmSync(join(folder, "hangs.executor.js"));
  }, 60_000);

  it("leaves the version before it in use, and is forgiven when it is whole again", async () => {
    write("halves.executor.js", greeter("halves", "One"));
    await announced("halves", (hello) => offered(hello, "halves") !== undefined);
    const whole = greeter("halves", "Two");
    write("halves.executor.js", whole.slice(0, 100));
    expect(await faultOf("halves.executor.js")).toMatch(/The version before it stays in use\.$/);
    expect(await run("halves", { who: "Ada" })).toBe("One Ada");
    write("halves.part", whole);
    renameSync(join(folder, "halves.part"), join(folder, "halves.executor.js"));
    await announced(
      "no fault",
      (hello) => hello.faults?.every(({ file }) => file !== "halves.executor.js") === true,
    );
    expect(await run("halves", { who: "Ada" })).toBe("Two Ada");
  }, 40_000);
});
