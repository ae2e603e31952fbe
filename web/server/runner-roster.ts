import { latestOfEach } from "#infra/nats/latest.ts";
import type { NatsConnection } from "#infra/nats/connect.ts";
import type { RunnerRow } from "#schema/api.ts";
import { decode, type Fact, isRunnerFact, type RunnerFact } from "#schema/envelope.ts";
import type { ExecutorType } from "#schema/executor-type.ts";
import { JOURNAL } from "#schema/subjects.ts";
import type { TailListener } from "./tail.ts";

export type RosterEntry = Omit<RunnerRow, "busy">;

/** The runners there are and were, from their own facts: known also while Postgres is away. */
export interface Roster extends TailListener {
  all(): readonly RosterEntry[];
  present(): readonly RosterEntry[];
  get(id: string): RosterEntry | null;
  /** What the present runners can do, each type once, by name. */
  types(): readonly ExecutorType[];
  /** A type as it was announced, also by a runner that is away. */
  type(name: string): ExecutorType | null;
}

const STATE_OF = { joined: "present", left: "left", lost: "lost" } as const;

const joined = (fact: RunnerFact, before?: RosterEntry): RosterEntry => {
  const { boot, slots, types, host, faults, isolation, offers } = fact.data as Partial<RosterEntry>;
  const same = before?.state === "present" && before.boot === boot;
  return {
    id: fact.runner,
    state: "present",
    boot: boot ?? "",
    slots: slots ?? 0,
    types: types ?? [],
    host: host ?? "",
    // It may announce itself anew without ever having been away.
    since: same ? before.since : fact.at,
    faults: faults ?? [],
    isolation: isolation ?? null,
    offers: offers ?? {},
  };
};

export const createRoster = (): Roster => {
  const runners = new Map<string, RosterEntry>();
  const read = new Map<string, number>();

  const all = (): readonly RosterEntry[] => [...runners.values()].sort((a, b) => a.id.localeCompare(b.id));
  const present = (): readonly RosterEntry[] => all().filter(({ state }) => state === "present");

  return {
    fact: ({ seq }, fact: Fact) => {
      if (!isRunnerFact(fact) || seq <= (read.get(fact.runner) ?? 0)) return;
      read.set(fact.runner, seq);
      const before = runners.get(fact.runner);
      if (fact.type === "joined" || before === undefined) runners.set(fact.runner, joined(fact, before));
      if (fact.type === "joined") return;
      runners.set(fact.runner, { ...(before ?? joined(fact)), state: STATE_OF[fact.type], since: fact.at });
    },
    all,
    present,
    get: (id) => runners.get(id) ?? null,
    type: (name) => {
      const ofAll = [...present(), ...all()].flatMap(({ types }) => types);
      return ofAll.find(({ type }) => type === name) ?? null;
    },
    types: () => {
      const byName = new Map(
        present().flatMap(({ types }) => types.map((type) => [type.type, type] as const)),
      );
      return [...byName.values()].sort((a, b) => a.type.localeCompare(b.type));
    },
  };
};

/** Reads what the journal last said of each runner. */
export const fillRoster = async (roster: Roster, connection: NatsConnection): Promise<void> => {
  for (const { seq, data } of await latestOfEach(connection, JOURNAL, "runner.>")) {
    const fact = decode(data);
    roster.fact({ seq, taskId: null, frame: Buffer.alloc(0), fact: () => fact }, fact);
  }
};
