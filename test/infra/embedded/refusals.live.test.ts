import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { processesNaming } from "../../support/processes.ts";
import {
  type Outcome,
  pathBehind,
  startByHand,
  startInVain,
  WITH_DUMMIES,
} from "../../support/vain-start.ts";
import { freePort } from "#infra/embedded/free-port.ts";
import { requireSpace } from "#infra/embedded/preflight.ts";
import { startStack } from "../../support/stack.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const startOn = (data: string, env: NodeJS.ProcessEnv = {}): Promise<Outcome> =>
  startInVain({ data, env, program: WITH_DUMMIES });

const nothingRuns = (data: string): void => {
  expect(existsSync(join(data, "run.json"))).toBe(false);
  expect(existsSync(join(data, "lock"))).toBe(false);
  expect(processesNaming(data)).toEqual([]);
};

it("refuses a port that is taken, in one sentence", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const data = join(temporaryFolder("refusal"), "data");
  const outcome = await startOn(data, { LONGSHORE_PORT: String(port) });
  expect(outcome.code).toBe(1);
  expect(outcome.sentence).toBe(
    `Port ${port} on 127.0.0.1 is taken by another program: set LONGSHORE_PORT to another one.`,
  );
  nothingRuns(data);
});

it("refuses a data folder that a newer version wrote, and leaves it as it is", async () => {
  const data = join(temporaryFolder("refusal"), "data");
  mkdirSync(data);
  writeFileSync(join(data, "version"), "99\n");
  const outcome = await startOn(data);
  expect(outcome.code).toBe(1);
  expect(outcome.sentence).toContain("was written by a newer Longshore (version 99, this one knows 1)");
  expect(outcome.sentence.split("\n")).toHaveLength(1);
  expect(readFileSync(join(data, "version"), "utf8")).toBe("99\n");
  nothingRuns(data);
});

it("refuses a hosts file that is wrong, and says in which place", async () => {
  const data = join(temporaryFolder("refusal"), "data");
  const hosts = join(temporaryFolder("refusal"), "mine.json");
  writeFileSync(hosts, '[{"name": "nas", "adress": "ssh://nas"}]');
  const outcome = await startOn(data, { LONGSHORE_HOSTS: hosts });
  expect(outcome.code).toBe(1);
  expect(outcome.sentence).toMatch(
    /^The hosts file .*mine\.json is wrong: entry 1, must .*; expected a list.*$/,
  );
  nothingRuns(data);
});

it("refuses a data folder that is a file", async () => {
  const data = join(temporaryFolder("refusal"), "data");
  writeFileSync(data, "");
  const outcome = await startOn(data);
  expect(outcome.code).toBe(1);
  expect(outcome.sentence).toMatch(/^The data folder .* cannot be used: .*EEXIST.*$/);
});

it("refuses a second start on the same data folder while the first one runs", async () => {
  const stack = await startStack({ program: WITH_DUMMIES });
  try {
    const outcome = await startOn(stack.data);
    expect(outcome.code).toBe(1);
    expect(outcome.sentence).toBe(
      `Longshore is already running on ${stack.data} (process ${stack.pids().supervisor}).`,
    );
    expect((await fetch(`${stack.url}/health`)).status).toBe(200);
  } finally {
    await stack.stop();
  }
});

it("lets exactly one of several starts at the same moment have the data folder", async () => {
  const data = join(temporaryFolder("refusal"), "data");
  const starts = await Promise.all([startByHand(data), startByHand(data), startByHand(data)]);
  const settled = (output: string): boolean => /Ctrl-C stops it|already running on/.test(output);
  await expect
    .poll(() => starts.map(({ output }) => settled(output())), { timeout: 30_000 })
    .toEqual([true, true, true]);
  const winners = starts.filter(({ output }) => output().includes("Ctrl-C stops it"));
  expect(winners).toHaveLength(1);
  winners[0]!.process.kill("SIGINT");
  const codes = await Promise.all(starts.map(({ ended }) => ended));
  expect(codes.filter((code) => code === 0)).toHaveLength(1);
  expect(codes.filter((code) => code === 1)).toHaveLength(2);
  nothingRuns(data);
});

it("refuses a NATS server given by address that is too old", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.write(
      'INFO {"server_id":"OLD","version":"2.10.27","proto":1,"headers":true,"max_payload":1048576,"jetstream":true}\r\n',
    );
    socket.on("data", (chunk) => chunk.toString().includes("PING") && socket.write("PONG\r\n"));
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const data = join(temporaryFolder("refusal"), "data");
  const outcome = await startOn(data, { LONGSHORE_NATS_URL: `nats://127.0.0.1:${port}` });
  expect(outcome.sentence).toBe("The NATS server is version 2.10.27; Longshore needs 2.12 or newer.");
  expect(outcome.code).toBe(1);
  nothingRuns(data);
});

it("refuses a NATS address where nothing answers", async () => {
  const port = await freePort();
  const data = join(temporaryFolder("refusal"), "data");
  const outcome = await startOn(data, { LONGSHORE_NATS_URL: `nats://127.0.0.1:${port}` });
  expect(outcome.sentence).toBe(`No NATS server answers at 127.0.0.1:${port} (LONGSHORE_NATS_URL).`);
  expect(outcome.code).toBe(1);
  nothingRuns(data);
});

it("refuses a database address where nothing answers, and ends the NATS server it had started", async () => {
  const port = await freePort();
  const data = join(temporaryFolder("refusal"), "data");
  const outcome = await startOn(data, { LONGSHORE_DATABASE_URL: `postgres://127.0.0.1:${port}/none` });
  expect(outcome.sentence).toBe(
    `The Postgres server at 127.0.0.1:${port} cannot be used: connect ECONNREFUSED 127.0.0.1:${port}.`,
  );
  expect(outcome.code).toBe(1);
  nothingRuns(data);
});

it("skips a nats-server on PATH that is too old and says so", async () => {
  const folder = temporaryFolder("old nats");
  writeFileSync(join(folder, "nats-server"), "#!/bin/sh\necho 'nats-server: v2.9.10'\n", { mode: 0o755 });
  const stack = await startStack({ program: WITH_DUMMIES, env: { PATH: pathBehind(folder) } });
  await stack.stop({ keep: true });
  expect(stack.output()).toContain(
    `skipping ${join(folder, "nats-server")}: it is 2.9.10, Longshore needs 2.12.0 or newer`,
  );
  expect(stack.output()).toContain("Stopped.");
});

it.runIf(process.getuid?.() === 0)(
  "refuses a disk that is nearly full, in one sentence, before anything is started",
  async () => {
    const disk = temporaryFolder("refusal");
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", disk]);
    try {
      const data = join(disk, "data");
      const outcome = await startOn(data);
      expect(outcome.code).toBe(1);
      expect(outcome.sentence).toMatch(
        /^The disk of .* is nearly full: \d+ MiB are free, Longshore needs \d+ MiB\.$/,
      );
      expect(existsSync(join(data, "nats"))).toBe(false);
      nothingRuns(data);
    } finally {
      execFileSync("umount", [disk]);
    }
  },
);

it("measures the disk that holds the data", () => {
  const folder = temporaryFolder("refusal");
  expect(() => requireSpace(folder, 2 ** 60)).toThrow(
    /^The disk of .* is nearly full: \d+ MiB are free, Longshore needs 1099511627776 MiB\.$/,
  );
});
