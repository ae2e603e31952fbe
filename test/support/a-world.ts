/** Everything around a scheduler inside the test's process: a real server, an edge, a runner worked by hand, a reader. */
import { ask } from "#infra/nats/serve.ts";
import { CAPABILITIES, type Capability } from "#schema/policy.ts";
import { type CommandVerb, commandSubject } from "#schema/subjects.ts";
import type { SubmitWish } from "#schema/wishes.ts";
import { aReader, aRunner, anEdge, aScheduler } from "./a-scheduler.ts";
import { provisioned } from "./provisioned.ts";
import { startNats } from "./stack.ts";

let wishes = 0;

export const aWorld = async (
  env: Record<string, string> = {},
  options: Parameters<typeof startNats>[0] = {},
) => {
  const nats = await provisioned(await startNats(options));
  let scheduler = await aScheduler(nats, env);
  const edge = await anEdge(nats);
  const journal = await aReader(edge.connection);
  const ends: (() => unknown)[] = [];
  return {
    nats,
    edge,
    journal,
    /** What ends with the world. */
    ends,
    /** What broke in the scheduler that runs now. */
    failures: () => scheduler.failures,
    /** Asks the scheduler anything, with all rights unless told otherwise. */
    send: <T>(verb: CommandVerb, body: object, capabilities: readonly Capability[] = CAPABILITIES) => {
      const by = { actor: { kind: "user", id: "ada" }, capabilities };
      return ask<T>(edge.connection, commandSubject(verb), { id: `wish-${++wishes}`, by, ...body }, 10_000);
    },
    submit: async (task: Partial<SubmitWish["task"]> = {}): Promise<string> => {
      const reply = await edge.submit(task);
      if (!reply.ok) throw new Error(`refused: ${reply.message}`);
      return reply.taskId;
    },
    /** A runner that has said hello and keeps its lease. */
    runner: async (
      options?: Parameters<typeof aRunner>[1],
      hello?: Parameters<Awaited<ReturnType<typeof aRunner>>["hello"]>[0],
    ) => {
      const runner = await aRunner(nats, options);
      await runner.hello(hello);
      const stopLease = runner.keepLease();
      ends.push(stopLease, runner.close);
      return { ...runner, stopLease };
    },
    /** The scheduler ends and another takes its place. */
    restart: async (changes: Record<string, string> = {}): Promise<void> => {
      await scheduler.stop();
      scheduler = await aScheduler(nats, { ...env, ...changes });
    },
    end: async (): Promise<void> => {
      for (const end of ends.splice(0)) await end();
      await journal.stop();
      await edge.close();
      await scheduler.stop();
      await nats.stop();
    },
  };
};

export type World = Awaited<ReturnType<typeof aWorld>>;
