/** A real runner with the example executors, and the ways to interrupt them in the middle. */
import { resolve } from "node:path";
import { expect } from "vitest";
import type { PoolReply } from "#schema/pool.ts";
import { querySubject } from "#schema/subjects.ts";
import { openPeer, type Peer } from "../services/runner/peer.ts";
import { startRunnerProcess } from "../services/runner/program.ts";
import { provisioned } from "../support/provisioned.ts";
import { startNats } from "../support/stack.ts";

export interface Examples {
  readonly peer: Peer;
  begin(type: string, payload: unknown): Promise<string>;
  /** Its result; fails when it has none. */
  result(id: string): Promise<unknown>;
  run(type: string, payload: unknown): Promise<unknown>;
  /** Runs it, but pauses it when it has kept its nth checkpoint, and resumes it then. Gives its id. */
  paused(type: string, payload: unknown, nth: number): Promise<string>;
  /** Runs it, but kills its slot before its nth checkpoint is recorded, and begins a further attempt. Gives its id. */
  killed(type: string, payload: unknown, nth: number): Promise<string>;
  /** How many checkpoints it has kept, in all its attempts: more than when left alone means that work was done again. */
  checkpoints(id: string): number;
  logs(id: string): Promise<string>;
  stop(): Promise<void>;
}

export const startExamples = async (): Promise<Examples> => {
  const nats = await provisioned(await startNats());
  const peer = await openPeer(nats);
  const runner = await startRunnerProcess(nats, { LONGSHORE_EXECUTORS: resolve("examples/executors") });
  const all = ["content.analysis", "files.copy", "api.sync", "code.index", "code.search"];
  await peer
    .until(
      "all examples",
      () => all.every((type) => peer.hellos.at(-1)?.types.some((one) => one.type === type)),
      40_000,
    )
    .catch((error: unknown) => {
      throw new Error(runner.log(), { cause: error });
    });
  expect(peer.hellos.at(-1)?.faults).toEqual([]);

  const submit = (type: string, payload: unknown): Promise<string> =>
    peer.submit(type, payload, { pause: "checkpoint", repeatable: true, attempts: 2 });
  const begin = async (type: string, payload: unknown): Promise<string> => {
    const id = await submit(type, payload);
    await peer.assign(id);
    return id;
  };
  const result = async (id: string): Promise<unknown> => {
    await peer.until(`the end of ${id}`, () => ["completed", "failed"].includes(peer.task(id).state), 40_000);
    const body = peer.task(id).reports.at(-1)?.body;
    if (body?.type !== "completed") throw new Error(`it ended otherwise: ${JSON.stringify(body)}`);
    return body.result;
  };
  const slotOf = async (id: string): Promise<number> => {
    const reply = await peer.ask<PoolReply>(querySubject("local", "pool"));
    const pid = reply.ok ? reply.slots.find(({ taskId }) => taskId === id)?.pid : undefined;
    if (pid === undefined) throw new Error(`${id} has no slot`);
    return pid;
  };
  /** Calls `then` when the nth checkpoint of the task is reported, before it is judged. */
  const atCheckpoint = (id: string, nth: number, then: () => void): void => {
    let seen = 0;
    peer.onReport = ({ taskId, body }) => {
      if (taskId !== id || body.type !== "checkpointed") return;
      seen += 1;
      if (seen !== nth) return;
      peer.onReport = () => undefined;
      then();
    };
  };

  const checkpoints = (id: string): number =>
    peer.task(id).reports.filter(({ body }) => body.type === "checkpointed").length;

  return {
    peer,
    checkpoints,
    begin,
    result,
    run: async (type, payload) => result(await begin(type, payload)),
    paused: async (type, payload, nth) => {
      const id = await submit(type, payload);
      atCheckpoint(id, nth, () => void peer.fact(id, { type: "pause-requested" }));
      await peer.assign(id);
      await peer.until("paused", () => peer.task(id).state === "paused", 20_000);
      expect(peer.task(id).context.runner).toBeNull();
      expect(checkpoints(id)).toBeGreaterThanOrEqual(nth);
      await peer.fact(id, { type: "resumed" });
      await peer.assign(id);
      return id;
    },
    killed: async (type, payload, nth) => {
      const id = await submit(type, payload);
      let reached = false;
      atCheckpoint(id, nth, () => {
        // From here on nothing is recorded: it stands in the middle when it is killed.
        peer.answerReports = false;
        reached = true;
      });
      await peer.assign(id);
      await peer.until("the checkpoint", () => reached, 20_000);
      process.kill(await slotOf(id), "SIGKILL");
      peer.answerReports = true;
      await peer.until("its failure", () => peer.task(id).state === "retrying", 20_000);
      expect(peer.task(id).context.error?.code).toBe("crashed");
      await peer.fact(id, { type: "retry-due" });
      await peer.assign(id);
      return id;
    },
    logs: async (id) => (await peer.logs(id)).map(({ text }) => text).join(""),
    stop: async () => {
      await runner.stop();
      await peer.close();
      await nats.stop();
    },
  };
};
