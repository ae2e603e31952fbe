import { type Clock, timestamp } from "#infra/clock.ts";
import type { Ids } from "#infra/ids.ts";
import { type Actor, SCHEDULER } from "#schema/actor.ts";
import type { RunnerFact } from "#schema/envelope.ts";
import type { ExecutorType } from "#schema/executor-type.ts";
import { type Hello, LEASE } from "#schema/reports.ts";
import type { Requirements } from "#schema/task.definition.ts";
import type { Journal, Position } from "../journal/journal.ts";

export type Offers = Required<Requirements>;

/** A runner as its facts leave it. */
export interface KnownRunner {
  readonly id: string;
  readonly boot: string;
  readonly host: string;
  readonly slots: number;
  /** What it can spare for tasks that say what they need; without end when it has not said. */
  readonly offers: Offers;
  readonly types: readonly ExecutorType[];
  /** Names of the container hosts it reaches; null when it has not said. */
  readonly sites: readonly string[] | null;
  /** Tells it from another of the same name; null when it has not said. */
  readonly place: string | null;
  readonly pid: number;
  readonly present: boolean;
  /** What it announced last, to tell whether another hello of the same boot says anything new. */
  readonly announced: string;
  /** Sequence of this boot's first `joined`: where its inbox begins, also when that welcome never reached it. */
  readonly joined: number;
}

/** Runners and their leases. A lease lives on this process's monotonic clock only. */
export interface Runners {
  get(id: string): KnownRunner | undefined;
  present(): Iterable<KnownRunner>;
  /** It has not declined work a moment ago. */
  mayBeAsked(id: string): boolean;
  /** It gave an assignment back: asked again at once it would most likely do so again, each time with two facts. */
  declined(id: string): void;
  /** The latest announcement of a type, also by a runner that is away. */
  type(name: string): ExecutorType | undefined;
  typeNames(): string[];
  adopt(fact: RunnerFact, seq: number): void;
  join(hello: Hello): Position;
  /** Does this hello of a present boot say something new? */
  differs(hello: Hello): boolean;
  leave(id: string, how: "left" | "lost", message: string): void;
  /** True when the lease was renewed; false when this boot is not the present one. */
  renew(id: string, boot: string): boolean;
  /** Another runner of this name, elsewhere, that is at work now. */
  namesake(hello: Hello): KnownRunner | undefined;
  /** Everybody counts as just seen: after a start, a reconnect, or a stall of our own. */
  forgive(): void;
  /** Runners whose lease ran out. */
  overdue(): KnownRunner[];
}

const RESPITE_MS = 500;
const UNLIMITED: Offers = { cpus: Infinity, memoryBytes: Infinity, labels: {} };

interface RunnersOptions {
  readonly journal: Journal;
  readonly epoch: number;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** All of a hello that a `joined` records, comparable: how far it has read is no news. */
const announced = ({ runner: _runner, seen: _seen, ...said }: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(Object.entries(said).toSorted(([a], [b]) => (a < b ? -1 : 1)));

const afterFact = (
  fact: RunnerFact,
  seq: number,
  before: KnownRunner | undefined,
): KnownRunner | undefined => {
  if (fact.type !== "joined") return before && { ...before, present: false };
  const { boot, slots, types, host, offers, pid, sites = null, place = null } = fact.data as unknown as Hello;
  const id = fact.runner;
  const joined = before?.present === true && before.boot === boot ? before.joined : seq;
  const said = { host, slots, offers: { ...UNLIMITED, ...offers }, types, announced: announced(fact.data) };
  return { id, boot, ...said, sites, place, pid, present: true, joined };
};

export const createRunners = ({ journal, epoch, clock, ids }: RunnersOptions): Runners => {
  const runners = new Map<string, KnownRunner>();
  const seen = new Map<string, number>();
  /** Until when a runner is not asked, on the monotonic clock. */
  const respite = new Map<string, number>();
  let types = new Map<string, ExecutorType>();

  const learn = (runner: KnownRunner, before: KnownRunner | undefined): void => {
    const offered = (name: string): boolean =>
      [...runners.values()].some((other) => other.types.some(({ type }) => type === name));
    for (const { type } of before?.types ?? []) if (!offered(type)) types.delete(type);
    for (const type of runner.types) types.set(type.type, type);
  };

  const isOverdue = ({ id }: KnownRunner): boolean => (seen.get(id) ?? 0) < clock.monotonic() - LEASE.lostMs;

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
      if (type === "joined") learn(after, before);
    }
    return position;
  };

  return {
    get: (id) => runners.get(id),
    present: () => [...runners.values()].filter(({ present }) => present),
    mayBeAsked: (id) => (respite.get(id) ?? 0) <= clock.monotonic(),
    declined: (id) => void respite.set(id, clock.monotonic() + RESPITE_MS),
    type: (name) => types.get(name),
    typeNames: () => [...types.keys()],
    adopt: (fact, seq) => {
      const before = runners.get(fact.runner);
      const after = afterFact(fact, seq, before);
      if (!after) return;
      runners.set(fact.runner, after);
      if (fact.type === "joined") learn(after, before);
      seen.set(fact.runner, clock.monotonic());
    },
    join: (hello) => {
      seen.set(hello.runner, clock.monotonic());
      respite.delete(hello.runner);
      const { runner, seen: _seen, ...said } = hello;
      return record("joined", runner, { kind: "runner", id: runner }, said);
    },
    differs: (hello) => runners.get(hello.runner)?.announced !== announced({ ...hello }),
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
    namesake: ({ runner, place = null }) => {
      const known = runners.get(runner);
      if (!known?.present || known.place === null || place === null || known.place === place)
        return undefined;
      return isOverdue(known) ? undefined : known;
    },
    forgive: () => {
      for (const id of runners.keys()) seen.set(id, clock.monotonic());
    },
    overdue: () => [...runners.values()].filter((runner) => runner.present && isOverdue(runner)),
  };
};
