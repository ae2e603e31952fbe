import { type Clock, timestamp } from "#infra/clock.ts";
import type { Ids } from "#infra/ids.ts";
import { type Actor, SCHEDULER } from "#schema/actor.ts";
import type { RunnerFact } from "#schema/envelope.ts";
import type { ExecutorType } from "#schema/executor-type.ts";
import { type Hello, LEASE } from "#schema/reports.ts";
import type { Journal, Position } from "./journal/journal.ts";

/** A runner as its facts leave it. */
export interface KnownRunner {
  readonly id: string;
  readonly boot: string;
  readonly slots: number;
  readonly types: readonly ExecutorType[];
  readonly present: boolean;
  /** Sequence of its latest `joined`: where its inbox begins. */
  readonly joined: number;
}

/** Runners and their leases. A lease lives on this process's monotonic clock only. */
export interface Runners {
  get(id: string): KnownRunner | undefined;
  /** Who may be given work: present, and has not declined any a moment ago. */
  available(): Iterable<KnownRunner>;
  /** It gave an assignment back: asked again at once it would most likely do so again, each time with two facts. */
  declined(id: string): void;
  /** The latest announcement of a type, also by a runner that is away. */
  type(name: string): ExecutorType | undefined;
  typeNames(): string[];
  adopt(fact: RunnerFact, seq: number): void;
  join(hello: Hello): Position;
  leave(id: string, how: "left" | "lost", message: string): void;
  /** True when the lease was renewed; false when this boot is not the present one. */
  renew(id: string, boot: string): boolean;
  /** Everybody counts as just seen: after a start, a reconnect, or a stall of our own. */
  forgive(): void;
  /** Runners whose lease ran out. */
  overdue(): KnownRunner[];
}

const RESPITE_MS = 500;

interface RunnersOptions {
  readonly journal: Journal;
  readonly epoch: number;
  readonly clock: Clock;
  readonly ids: Ids;
}

const afterFact = (
  fact: RunnerFact,
  seq: number,
  before: KnownRunner | undefined,
): KnownRunner | undefined => {
  if (fact.type !== "joined") return before && { ...before, present: false };
  const { boot, slots, types } = fact.data as unknown as Hello;
  return { id: fact.runner, boot, slots, types, present: true, joined: seq };
};

export const createRunners = ({ journal, epoch, clock, ids }: RunnersOptions): Runners => {
  const runners = new Map<string, KnownRunner>();
  const seen = new Map<string, number>();
  /** Until when a runner is not asked, on the monotonic clock. */
  const respite = new Map<string, number>();
  let types = new Map<string, ExecutorType>();

  const learn = (runner: KnownRunner): void => {
    for (const type of runner.types) types.set(type.type, type);
  };

  const record = (
    type: RunnerFact["type"],
    runner: string,
    by: Actor,
    data: RunnerFact["data"],
  ): Position => {
    const before = runners.get(runner);
    const typesBefore = new Map(types);
    const at = timestamp(clock.now());
    const fact = {
      v: 1,
      id: ids.next(),
      type,
      runner,
      at,
      actor: by,
      reason: null,
      cause: null,
      epoch,
      data,
    } as const;
    const position = journal.write(fact, { queue: "", previous: null }, () => {
      types = typesBefore;
      if (before) runners.set(runner, before);
      else runners.delete(runner);
    });
    const after = afterFact({ ...fact, chain: { stream: "", task: null } }, position.seq, before);
    if (after) {
      runners.set(runner, after);
      learn(after);
    }
    return position;
  };

  return {
    get: (id) => runners.get(id),
    available: () =>
      [...runners.values()].filter(
        ({ id, present }) => present && (respite.get(id) ?? 0) <= clock.monotonic(),
      ),
    declined: (id) => void respite.set(id, clock.monotonic() + RESPITE_MS),
    type: (name) => types.get(name),
    typeNames: () => [...types.keys()],
    adopt: (fact, seq) => {
      const after = afterFact(fact, seq, runners.get(fact.runner));
      if (!after) return;
      runners.set(fact.runner, after);
      learn(after);
      seen.set(fact.runner, clock.monotonic());
    },
    join: (hello) => {
      seen.set(hello.runner, clock.monotonic());
      respite.delete(hello.runner);
      const { boot, slots, types: offered, host, pid } = hello;
      return record(
        "joined",
        hello.runner,
        { kind: "runner", id: hello.runner },
        { boot, slots, types: offered, host, pid },
      );
    },
    leave: (id, how, message) => {
      const by: Actor = how === "left" ? { kind: "runner", id } : SCHEDULER;
      record(how, id, by, { boot: runners.get(id)?.boot ?? "", message });
    },
    renew: (id, boot) => {
      const runner = runners.get(id);
      if (!runner?.present || runner.boot !== boot) return false;
      seen.set(id, clock.monotonic());
      return true;
    },
    forgive: () => {
      for (const id of runners.keys()) seen.set(id, clock.monotonic());
    },
    overdue: () => {
      const oldest = clock.monotonic() - LEASE.lostMs;
      return [...runners.values()].filter((runner) => runner.present && (seen.get(runner.id) ?? 0) < oldest);
    },
  };
};
