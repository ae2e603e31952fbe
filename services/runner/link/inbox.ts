import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "#infra/log.ts";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { follow } from "#infra/nats/follow.ts";
import { decode, isTaskFact, type TaskFact } from "#schema/envelope.ts";
import { inboxOf, JOURNAL } from "#schema/subjects.ts";

const AGAIN_MS = 500;

/** The facts addressed to this runner, in order, each once. */
export interface Inbox {
  /** Highest journal sequence seen. */
  readonly seen: number;
  /** Forgets where it was and goes on after `seq`. */
  restart(seq: number): void;
  stop(): Promise<void>;
}

export const openInbox = (
  connection: NatsConnection,
  runner: string,
  { log, each }: { readonly log: Log; readonly each: (fact: TaskFact) => void },
): Inbox => {
  let seen = 0;
  let generation = 0;
  let following: { stop(): Promise<void> } | undefined;

  const open = async (mine: number): Promise<void> => {
    await following?.stop().catch(() => undefined);
    following = undefined;
    while (mine === generation) {
      try {
        const opened = await follow(connection, {
          stream: JOURNAL,
          from: seen + 1,
          filter: inboxOf(runner),
          each: (message) => {
            if (mine !== generation || message.seq <= seen) return;
            seen = message.seq;
            const fact = decode(message.data);
            if (isTaskFact(fact)) each(fact);
          },
          failed: (error) => {
            log.warn({ err: error }, "the inbox was interrupted and is opened again");
            if (mine === generation) void sleep(AGAIN_MS).then(() => open(mine));
          },
        });
        if (mine === generation) following = opened;
        else await opened.stop();
        return;
      } catch (error) {
        log.warn({ err: error }, "the inbox cannot be opened yet");
        await sleep(AGAIN_MS);
      }
    }
  };

  // After a restart of the server the client's own recovery can wait 30 s when JetStream comes back later than the
  // connection, so the inbox is opened anew.
  const reopenOnReconnect = async (): Promise<void> => {
    for await (const { type } of connection.status()) {
      if (type !== "reconnect" || generation === 0) continue;
      generation += 1;
      void open(generation);
    }
  };
  void reopenOnReconnect();

  return {
    get seen() {
      return seen;
    },
    restart: (seq) => {
      seen = seq;
      generation += 1;
      void open(generation);
    },
    stop: async () => {
      generation += 1;
      await following?.stop();
    },
  };
};
