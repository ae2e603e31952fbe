import type { Log } from "#infra/log.ts";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { serve } from "#infra/nats/serve.ts";
import type { ContainerRow, EngineInfo } from "#schema/api.ts";
import { querySubject } from "#schema/subjects.ts";
import { describeEngine } from "../executors/docker/hosts/describe.ts";
import { openEngine } from "../executors/docker/engine/engine.ts";
import { createInventory } from "../executors/docker/containers/inventory.ts";
import { watchEngine } from "../executors/docker/hosts/watch.ts";
import type { Telemetry } from "./telemetry.ts";

/** A console waits for these answers: better none than a late one. */
const ANSWER_MS = 8_000;

export type ContainersAnswer = { readonly items: readonly ContainerRow[] } | { readonly error: string };

interface Options {
  readonly runner: string;
  readonly telemetry: Telemetry;
  readonly log: Log;
}

/** Answers what is on this host's engine, and tells when it changes. */
export const answerQueries = (
  connection: NatsConnection,
  { runner, telemetry, log }: Options,
): { stop(): Promise<void> } => {
  const engine = openEngine();
  const inventory = createInventory(engine);
  const failed = (error: unknown): void => log.error({ err: error }, "a query could not be answered");

  const containers = async (): Promise<ContainersAnswer> => {
    try {
      return { items: await inventory.list(AbortSignal.timeout(ANSWER_MS)) };
    } catch (error) {
      return { error: engine.explain(error) };
    }
  };
  const about = (): Promise<EngineInfo> => describeEngine(engine, runner, AbortSignal.timeout(ANSWER_MS));

  const subscriptions = [
    serve(connection, querySubject(runner, "containers"), containers, failed),
    serve(connection, querySubject(runner, "engine"), about, failed),
  ];
  const watch = watchEngine(engine, telemetry.engine);
  return {
    stop: async () => {
      for (const subscription of subscriptions) subscription.unsubscribe();
      await watch.stop();
    },
  };
};
