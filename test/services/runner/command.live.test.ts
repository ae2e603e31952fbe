import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { provision } from "#infra/nats/provision.ts";
import { startNats, type TestNats } from "../../support/stack.ts";
import { openPeer, type Peer } from "./peer.ts";
import { type RunnerProcess, startRunnerProcess } from "./program.ts";

let nats: TestNats;
let peer: Peer;
let runner: RunnerProcess;

beforeAll(async () => {
  nats = await startNats();
  await provision({ url: nats.url, seedFile: nats.seedFile("provisioner"), dataFree: 1e9 });
  peer = await openPeer(nats);
  runner = await startRunnerProcess(nats);
  await peer.until("hello", () => peer.hellos.length > 0);
});
afterAll(async () => {
  await runner?.stop();
  await peer?.close();
  await nats?.stop();
});

describe("a command", () => {
  it("runs, and its output and exit code are reported", async () => {
    const id = await peer.submit("command", { command: ["sh", "-c", "echo out; echo err >&2"] });
    await peer.assign(id);
    await peer.until("the end", () => peer.task(id).state === "completed");
    expect(peer.task(id).reports.map(({ body }) => body.type)).toEqual(["started", "completed"]);
    const logs = await peer.logs(id);
    expect(
      logs
        .filter(({ stream }) => stream === "stdout")
        .map(({ text }) => text)
        .join(""),
    ).toBe("out\n");
  });
});
