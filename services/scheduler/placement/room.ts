import { openQueue, type Queue } from "#schema/queue.ts";
import type { Rate, Requirements } from "#schema/task.definition.ts";
import type { Register } from "../records.ts";
import { cordonOf } from "../shared-limits.ts";
import type { KnownRunner, Runners } from "../runners/runners.ts";
import type { Rates } from "./rates.ts";
import type { LiveTask } from "../tasks.ts";
import { fullLane, laneGate } from "./type-lanes.ts";
import type { Usage, Used } from "./usage.ts";
import type { Group } from "./waiting-line.ts";

/** Why none of a group can go. `limit`: other groups wait for it as well, it is a shared reason under this id. */
export interface Closed {
  readonly code: string;
  readonly limit: string | null;
  readonly sentence: string;
  /** Milliseconds after which it is worth another look by itself. */
  readonly ms?: number;
}

/** The runner that may take the next of a group, or why none may. */
export type Room = { readonly runner: string } | Closed;

export interface Rooms {
  /** Something was taken or has become free: what was found out about runners holds no more. */
  lookAgain(): void;
  of(group: Group): Room;
  /** What `of` would say were this task at work paused. */
  without(task: LiveTask, group: Group): Room;
  /** Every task that might be placed at all waits for this; null while there is room. */
  global(): Closed | null;
  queue(name: string): Queue;
}

interface RoomsOptions {
  readonly runners: Runners;
  readonly usage: Usage;
  readonly rates: Rates;
  readonly queues: Register<"queue">;
  readonly limits: Register<"limit">;
  readonly pools: Register<"pool">;
  /** Tasks that may be active at once. */
  readonly concurrency: number;
}

/** Of a processor: three tenths are a little more than 0.3. */
const HAIR = 1e-6;

const closed = (code: string, limit: string | null, sentence: string): Closed => ({ code, limit, sentence });

const spell = (requires: Requirements): string =>
  [
    requires.cpus === undefined ? "" : `${requires.cpus} CPUs`,
    requires.memoryBytes === undefined ? "" : `${Math.ceil(requires.memoryBytes / 2 ** 20)} MiB of memory`,
    ...Object.entries(requires.labels ?? {}).map(([key, value]) => `the label ${key}=${value}`),
  ]
    .filter((part) => part !== "")
    .join(", ");

export const inWords = ({ limit, perMs }: Rate): string =>
  perMs % 1_000 === 0
    ? `${limit} per ${perMs === 1_000 ? "second" : perMs === 60_000 ? "minute" : `${perMs / 1_000} s`}`
    : `${limit} per ${perMs} ms`;

export const inSeconds = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${Math.ceil(ms / 1_000)} s`);

export const queueRateGate = (queue: string): string => `rate:queue:${queue}`;

export const createRooms = (options: RoomsOptions): Rooms => {
  const { runners, usage, rates, queues, limits, pools, concurrency } = options;
  const queue = (name: string): Queue => queues.get(name) ?? openQueue(name);

  /** A runner that has just begun announces more than somebody has set until it has heard of it. */
  const slotsOf = ({ id, slots }: KnownRunner): number => Math.min(slots, pools.get(id)?.slots ?? slots);

  const wears = ({ offers }: KnownRunner, { labels = {} }: Requirements): boolean =>
    Object.entries(labels).every(([key, value]) => offers.labels[key] === value);
  const reaches = ({ sites }: KnownRunner, site: string | null): boolean =>
    site === null || sites === null || sites.includes(site);
  const couldEver = (runner: KnownRunner, requires: Requirements): boolean =>
    wears(runner, requires) &&
    (requires.cpus ?? 0) <= runner.offers.cpus &&
    (requires.memoryBytes ?? 0) <= runner.offers.memoryBytes;
  const hasToSpare = (
    used: Used,
    runner: KnownRunner,
    { cpus = 0, memoryBytes = 0 }: Requirements,
  ): boolean => {
    const spent = used.spent(runner.id);
    return (
      spent.cpus + cpus <= runner.offers.cpus + HAIR &&
      spent.memoryBytes + memoryBytes <= runner.offers.memoryBytes
    );
  };

  const byQueue = ({ queue: name, type, runner }: Group, used: Used): Closed | null => {
    const { state, concurrency: most, rate } = queue(name);
    if (state === "paused") return closed("queue-paused", null, `The queue ${name} is paused.`);
    const active = used.count(`queue:${name}`);
    if (most !== null && active >= most)
      return closed(
        "queue-limit",
        `queue:${name}`,
        `The queue ${name} runs ${active} of at most ${most} tasks.`,
      );
    const ofType = runners.type(type)?.concurrency;
    if (ofType !== undefined && used.count(`type:${type}`) >= ofType)
      return closed("type-limit", `type:${type}`, `At most ${ofType} tasks of type ${type} run at once.`);
    // What is held in place has started already.
    const ms = rate === null || runner !== null ? 0 : rates.waitFor(queueRateGate(name), rate);
    if (rate === null || ms === 0) return null;
    const sentence = `The queue ${name} starts at most ${inWords(rate)}; the next in ${inSeconds(ms)}.`;
    return { ...closed("queue-rate", queueRateGate(name), sentence), ms };
  };

  /** Those whose lane has a place left for this group, or why there is none. */
  const inLane = (
    able: readonly KnownRunner[],
    { type, typeLane }: Group,
    used: Used,
  ): readonly KnownRunner[] | Closed => {
    const limit = runners.type(type)?.lane?.limit ?? Infinity;
    if (typeLane === null || limit === Infinity) return able;
    const free = able.filter(({ id }) => used.count(laneGate(typeLane, id)) < limit);
    const [first] = able;
    if (free.length > 0 || !first) return free;
    const gate = laneGate(typeLane, first.id);
    return closed("lane-limit", gate, fullLane(typeLane, first.id, { active: used.count(gate), limit }));
  };

  /** Those in service whose hosts are calm, or why there is none. */
  const amongWilling = (fitting: readonly KnownRunner[], used: Used): readonly KnownRunner[] | Closed => {
    const inService = fitting.filter(({ id }) => !limits.get(cordonOf(id)));
    if (inService.length === 0) {
      const [{ id } = { id: "" }] = fitting;
      const reason = limits.get(cordonOf(id))?.reason ?? `The runner ${id} is out of service.`;
      return closed("cordoned", null, reason);
    }
    // One at a time goes on whatever the host does: else work of others could stop ours for ever.
    const calm = inService.filter(
      ({ id, host }) => used.spent(id).slots === 0 || !limits.get(`host:${host}`)?.reached,
    );
    if (calm.length > 0) return calm;
    const [{ host } = { host: "" }] = inService;
    const reason = limits.get(`host:${host}`)?.reason ?? `The host ${host} is under pressure.`;
    return closed("pressure", null, reason);
  };

  const byRunner = (group: Group, used: Used): Room => {
    const { runner: held, type, requires, site } = group;
    const present = [...runners.present()];
    const able = present.filter(({ id, types }) =>
      held === null ? types.some((offered) => offered.type === type) : id === held,
    );
    if (able.length === 0) {
      if (held !== null) return closed("runner-away", null, `The runner ${held}, which holds it, is away.`);
      if (present.length === 0) return closed("no-runner", null, "No runner is connected.");
      return closed("no-runner-for-type", null, `No connected runner offers the type ${type}.`);
    }
    const reaching = held === null ? able.filter((runner) => reaches(runner, site)) : able;
    if (reaching.length === 0)
      return closed("no-runner-for-host", null, `No connected runner reaches the host ${site}.`);
    const fitting = held === null ? reaching.filter((runner) => couldEver(runner, requires)) : reaching;
    if (fitting.length === 0)
      return closed("requirements", null, `It needs ${spell(requires)}, more than any connected runner has.`);
    const willing = amongWilling(fitting, used);
    if ("code" in willing) return willing;
    const spared = inLane(willing, group, used);
    if ("code" in spared) return spared;
    const free = spared.filter(
      (runner) => used.spent(runner.id).slots < slotsOf(runner) && runners.mayBeAsked(runner.id),
    );
    if (free.length === 0) return closed("slots", `slots:${type}`, `All slots for ${type} are taken.`);
    const roomy = held === null ? free.filter((runner) => hasToSpare(used, runner, requires)) : free;
    if (roomy.length === 0)
      return closed("resources", null, `It waits for ${spell(requires)} to be free on a runner.`);
    const spare = (runner: KnownRunner): number => slotsOf(runner) - used.spent(runner.id).slots;
    return { runner: roomy.reduce((best, runner) => (spare(runner) > spare(best) ? runner : best)).id };
  };

  const known = new Map<string, Room>();
  const byRunnerOnce = (group: Group): Room => {
    const room = known.get(group.who) ?? byRunner(group, usage);
    known.set(group.who, room);
    return room;
  };

  return {
    queue,
    lookAgain: () => known.clear(),
    of: (group) => byQueue(group, usage) ?? byRunnerOnce(group),
    without: (task, group) => {
      const used = usage.without(task);
      return byQueue(group, used) ?? byRunner(group, used);
    },
    global: () =>
      usage.active.size < concurrency
        ? null
        : closed(
            "global-limit",
            "global",
            `${usage.active.size} of at most ${concurrency} tasks are running.`,
          ),
  };
};
