import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { afterEach, expect, it } from "vitest";
import { processesNaming } from "../../support/processes.ts";
import { startStack, type TestStack } from "../../support/stack.ts";
import { WITH_DUMMIES } from "../../support/vain-start.ts";
import { identify } from "#infra/embedded/process-identity.ts";
import { readRunRecord } from "#infra/embedded/run-record.ts";

const stacks: TestStack[] = [];
const start = async (options: Parameters<typeof startStack>[0] = {}): Promise<TestStack> => {
  const stack = await startStack({ program: WITH_DUMMIES, ...options });
  stacks.push(stack);
  return stack;
};
afterEach(async () => {
  for (const stack of stacks.splice(0).toReversed()) await stack.stop();
});

const query = async (stack: TestStack, statement: string): Promise<unknown[]> => {
  const sql = postgres(readRunRecord(stack.data)!.databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    return [...(await sql.unsafe(statement))];
  } finally {
    await sql.end();
  }
};

it("prints the address and a login link, and leaves no process behind after Ctrl-C", async () => {
  const stack = await start();
  expect(Object.keys(stack.pids()).toSorted()).toEqual(
    ["monitor", "nats", "postgres", "projector", "runner", "scheduler", "supervisor", "web"].toSorted(),
  );
  await expect.poll(() => stack.output()).toContain("Ctrl-C stops it.");
  expect(stack.output()).toContain(`Longshore is at ${stack.url}`);
  expect(processesNaming(stack.data)).not.toEqual([]);
  const pids = Object.values(stack.pids());
  await stack.stop({ keep: true });
  expect(stack.output()).toContain(`Log in once with ${stack.url}/login?once=1`);
  expect(stack.output()).toContain("Stopped.");
  expect(pids.filter((pid) => identify(pid) !== undefined)).toEqual([]);
  expect(processesNaming(stack.data)).toEqual([]);
});

it("keeps all data, the token and the database from one start to the next", async () => {
  const first = await start();
  await query(first, "create table kept as select 42 as answer");
  await first.stop({ keep: true });
  const second = await start({ data: first.data, port: first.port });
  expect(second.token).toBe(first.token);
  expect(await query(second, "select answer from kept")).toEqual([{ answer: 42 }]);
  expect(second.output().match(/setting up Postgres/g)).toHaveLength(1);
});

it.each(["nats", "postgres", "scheduler", "web"])("starts %s again when it is killed", async (name) => {
  const stack = await start();
  const before = stack.pids()[name]!;
  await stack.kill9(name);
  await stack.restarted(name, before);
  expect(stack.output()).toContain(`${name} ended (SIGKILL), starting it again`);
  if (name === "postgres")
    await expect.poll(() => query(stack, "select 1 as one").catch(() => [])).toHaveLength(1);
});

it("finds NATS and Postgres again after the supervisor itself was killed", async () => {
  const first = await start();
  await query(first, "create table kept as select 42 as answer");
  const { nats, postgres: database } = first.pids();
  await first.kill9("supervisor");
  const second = await start({ data: first.data, port: first.port });
  expect(identify(nats!)).toBeUndefined();
  expect(identify(database!)).toBeUndefined();
  expect(await query(second, "select answer from kept")).toEqual([{ answer: 42 }]);
  const log = readFileSync(join(second.data, "logs", "postgres.log"), "utf8");
  expect(log).not.toContain("was not properly shut down");
  await second.stop({ keep: true });
  expect(processesNaming(first.data)).toEqual([]);
});

it("gives each service the key of its own user, and the database and token only to those that need them", async () => {
  const stack = await start({
    env: { LONGSHORE_ADMIN_TOKEN: "lsh_given", AWS_SECRET_ACCESS_KEY: "not for tasks" },
  });
  const logFile = (name: string): string => join(stack.data, "logs", `${name}.log`);
  const namesSeenBy = async (name: string): Promise<string[]> => {
    await expect.poll(() => existsSync(logFile(name)) && readFileSync(logFile(name), "utf8")).toContain("\n");
    return (JSON.parse(readFileSync(logFile(name), "utf8").split("\n")[0]!) as { env: string[] }).env;
  };
  const runner = await namesSeenBy("runner");
  expect(runner).toContain("LONGSHORE_NATS_SEED_FILE");
  expect(runner).not.toContain("LONGSHORE_DATABASE_URL");
  expect(runner).not.toContain("LONGSHORE_ADMIN_TOKEN");
  expect(runner).not.toContain("AWS_SECRET_ACCESS_KEY");
  expect(await namesSeenBy("web")).toContain("LONGSHORE_ADMIN_TOKEN");
  expect(await namesSeenBy("scheduler")).toContain("LONGSHORE_DATABASE_URL");
});
