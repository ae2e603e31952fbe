import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AttemptReportBody } from "#schema/reports.ts";
import type { PauseWay } from "#schema/task.definition.ts";
import type { GroupsKind } from "../../../services/runner/groups/groups.ts";
import { openGroups } from "../../../services/runner/groups/open-groups.ts";
import { probeGroups } from "../../../services/runner/groups/probe.ts";
import { provisioned } from "../../support/provisioned.ts";
import { startNats, type TestNats } from "../../support/stack.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { openPeer, type Peer } from "./peer.ts";
import { type RunnerProcess, startRunnerProcess } from "./program.ts";

/** A runner at work for a peer, with executors of the test's own. */
export interface Ground {
  readonly nats: TestNats;
  readonly peer: Peer;
  runner: RunnerProcess;
  begin(
    type: string,
    payload: unknown,
    options?: { pause?: PauseWay; repeatable?: boolean },
  ): Promise<string>;
  settled(id: string, ms?: number): Promise<string>;
  /** Begins a task and waits for its end; gives its last report. */
  run(type: string, payload: unknown): Promise<AttemptReportBody | undefined>;
  text(id: string, stream?: string): Promise<string>;
  /** What a task has said, once it matches. */
  said(id: string, pattern: RegExp): Promise<RegExpExecArray>;
  /** A successor of a runner that was killed. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Those kinds of groups that this machine has: the others cannot be shown here. */
export const usable = (kinds: readonly GroupsKind[]): GroupsKind[] =>
  kinds.filter((kind) => {
    const site = probeGroups(`test:${process.pid}`, kind);
    openGroups(site).remove();
    return site.kind === kind;
  });

const SETTLED = ["completed", "failed", "cancelled"];

/** `executors`: source of modules by name, which import from "longshore/executor". */
export const startGround = async (
  environment: Readonly<Record<string, string>> = {},
  executors: Readonly<Record<string, string>> = {},
): Promise<Ground> => {
  const nats = await provisioned(await startNats());
  const peer = await openPeer(nats);
  const folder = join(temporaryFolder("executors"), "executors");
  mkdirSync(folder);
  for (const [name, source] of Object.entries(executors))
    writeFileSync(join(folder, `${name}.executor.js`), source);
  const environmentOfRunner = { LONGSHORE_EXECUTORS: folder, ...environment };
  const start = async (data?: string): Promise<RunnerProcess> => {
    const before = peer.hellos.length;
    const runner = await startRunnerProcess(nats, environmentOfRunner, data);
    // Executors of one's own may be announced a moment later than the rest; here their types begin with "test.".
    const announced = (): boolean =>
      (peer.hellos.at(-1)?.types ?? []).filter(({ type }) => type.startsWith("test.")).length >=
      Object.keys(executors).length;
    await peer.until("hello", () => peer.hellos.length > before && announced(), 30_000);
    return runner;
  };

  const ground: Ground = {
    nats,
    peer,
    runner: await start(),
    begin: async (type, payload, options) => {
      const id = await peer.submit(type, payload, options);
      await peer.assign(id);
      return id;
    },
    settled: (id, ms = 30_000) =>
      peer.until(`the end of ${id}`, () => SETTLED.find((state) => state === peer.task(id).state), ms),
    run: async (type, payload) => {
      const id = await ground.begin(type, payload);
      await ground.settled(id);
      return peer.task(id).reports.at(-1)?.body;
    },
    text: async (id, stream = "stdout") =>
      (await peer.logs(id))
        .filter((chunk) => chunk.stream === stream)
        .map((chunk) => chunk.text)
        .join(""),
    said: async (id, pattern) => {
      const until = performance.now() + 20_000;
      for (let found: RegExpExecArray | null = null; ;) {
        found = pattern.exec(await ground.text(id));
        if (found) return found;
        if (performance.now() > until) throw new Error(`it never said ${String(pattern)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    restart: async () => {
      ground.runner = await start(ground.runner.data);
    },
    stop: async () => {
      await ground.runner.stop();
      await peer.close();
      await nats.stop();
    },
  };
  return ground;
};
