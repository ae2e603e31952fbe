import { setTimeout as sleep } from "node:timers/promises";
import { Check } from "typebox/value";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { serve } from "#infra/nats/serve.ts";
import { type PoolReply, PoolWish, ScaleWish } from "#schema/pool.ts";
import { type PoolVerb, querySubject } from "#schema/subjects.ts";
import type { Pool } from "./pool.ts";

/** Without a scheduler nobody records the change; who asked is told so instead of waiting. */
const ANNOUNCED_MS = 2_000;

interface Options {
  readonly runner: string;
  readonly pool: Pool;
  /** Resolves when the scheduler knows how many slots there are. */
  announced(): Promise<void>;
  failed(error: unknown): void;
}

/** Answers how this runner's slots stand, and changes their number. */
export const answerPool = (
  connection: NatsConnection,
  { runner, pool, announced, failed }: Options,
): { stop(): void } => {
  const status = async (): Promise<PoolReply> => {
    const told = announced().then(() => true);
    const late = sleep(ANNOUNCED_MS, false, { ref: false });
    return { ok: true, announced: await Promise.race([told, late]), ...pool.status() };
  };
  const scale = async (wish: unknown): Promise<PoolReply> => {
    const { max } = pool.status();
    if (!Check(ScaleWish, wish) || (wish.slots ?? 1) > max)
      return {
        ok: false,
        code: "invalid",
        message: `Expected { slots, seq }: a number from 1 to ${max}, or null for as many as are needed, and the fact that says so.`,
      };
    pool.scale(wish.slots, wish.seq);
    return status();
  };
  const after =
    (act: (seq: number) => void) =>
    async (wish: unknown): Promise<PoolReply> => {
      if (!Check(PoolWish, wish))
        return { ok: false, code: "invalid", message: "Expected { seq }: the fact that says so." };
      act(wish.seq);
      return status();
    };
  const answers: Readonly<Record<PoolVerb, (wish: unknown) => Promise<PoolReply>>> = {
    pool: status,
    scale,
    cordon: after(pool.cordon),
    uncordon: after(pool.uncordon),
    drain: after(pool.drain),
  };
  const subscriptions = Object.entries(answers).map(([verb, answer]) =>
    serve(connection, querySubject(runner, verb as PoolVerb), answer, failed),
  );
  return {
    stop: () => {
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
};
