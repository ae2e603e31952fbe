import type { HostInfo, HostList, InventoryAnswer } from "#schema/host-api.ts";
import { querySubject } from "#schema/subjects.ts";
import type { Edge } from "./edge.ts";
import { inquire } from "./inquire.ts";
import { asOne } from "./namesakes.ts";
import { notFound, unavailable } from "./problems.ts";

const HOSTS_MS = 5_000;
const PAGE_MS = 15_000;
/** A list of which a page is not kept any more is begun again, once. */
const TRIES = 2;

/** The hosts that the present runners reach. */
export interface HostLines {
  all(): Promise<readonly HostInfo[]>;
  /** All rows of one of a host's lists. Throws a 404 or 503 problem. */
  rows(host: string, list: HostList): Promise<readonly unknown[]>;
}

const mute = (runner: string): HostInfo => ({
  name: runner,
  runner,
  address: "",
  reachable: false,
  message: `The runner ${runner} does not answer at the moment.`,
  engine: null,
  containers: null,
  images: null,
  observedSince: null,
});

export const createHostLines = (edge: Edge): HostLines => {
  /** Which runner said last that it reaches a host. */
  const runners = new Map<string, string>();

  const all = async (): Promise<readonly HostInfo[]> => {
    const asked = edge.roster.present().map(async ({ id }) => {
      const answer = await inquire<readonly HostInfo[]>(edge, querySubject(id, "hosts"), HOSTS_MS);
      // Who was asked is known, whatever the answer says.
      return answer?.map((host) => ({ ...host, runner: id })) ?? [mute(id)];
    });
    const hosts = asOne((await Promise.all(asked)).flat());
    for (const { name, runner } of hosts.toReversed()) runners.set(name, runner);
    return hosts;
  };

  /** A runner's own host is called like the runner. */
  const runnerOf = async (host: string): Promise<string> => {
    if (edge.roster.get(host) !== null) return host;
    if (!runners.has(host)) await all();
    const runner = runners.get(host);
    if (runner === undefined) throw notFound(`There is no host ${host}.`);
    return runner;
  };

  /** Whether another runner than this mute one says that it reaches the host. */
  const reachedByAnother = async (host: string, silent: string): Promise<boolean> => {
    if (host === silent) return false;
    await all();
    return runners.get(host) !== silent;
  };

  const readAll = async (host: string, list: HostList): Promise<readonly unknown[] | "again"> => {
    const runner = await runnerOf(host);
    const rows: unknown[] = [];
    for (let onward: { listing: number; page: number } | null | undefined; onward !== null;) {
      const question = { host, list, ...(onward ? { onward } : {}) };
      const subject = querySubject(runner, "inventory");
      const answer = await inquire<InventoryAnswer>(edge, subject, PAGE_MS, question);
      if (answer === null) {
        if (await reachedByAnother(host, runner)) return "again";
        throw unavailable(`The runner ${runner} does not answer at the moment.`);
      }
      if ("error" in answer) {
        if (answer.code === "away") throw unavailable(answer.error);
        runners.delete(host);
        return "again";
      }
      for (const row of answer.items) rows.push(row);
      onward = answer.next;
    }
    return rows;
  };

  return {
    all,
    rows: async (host, list) => {
      for (let tries = 0; tries < TRIES; tries += 1) {
        const rows = await readAll(host, list);
        if (rows !== "again") return rows;
      }
      throw notFound(`There is no host ${host}.`);
    },
  };
};
