import Type from "typebox";
import { Check } from "typebox/value";
import type { Log } from "#infra/log.ts";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { serve } from "#infra/nats/serve.ts";
import { HOST_LISTS, type InventoryAnswer } from "#schema/host-api.ts";
import { querySubject } from "#schema/subjects.ts";
import { createHostView } from "../executors/docker/hosts/describe.ts";
import { engineAt } from "../executors/docker/hosts/engine-of.ts";
import { createHostLists } from "../executors/docker/hosts/host-lists.ts";
import type { HostSite } from "../executors/docker/hosts/host-site.ts";
import { readLastUses } from "../executors/docker/hosts/last-use.ts";
import { learnLastUses } from "../executors/docker/hosts/learn-last-use.ts";
import type { Sites } from "../executors/docker/hosts/open-sites.ts";
import { type Change, watchEngine } from "../executors/docker/hosts/watch.ts";
import { createPages } from "./pages.ts";
import type { Telemetry } from "./telemetry.ts";

/** A console waits for these answers: better none than a late one. */
const ANSWER_MS = 8_000;
/** Half of what a message may hold leaves room for the rest of it; more than this at once helps nobody. */
const PAGE_BYTES = 512 * 1024;

const Question = Type.Object({
  host: Type.String(),
  list: Type.Enum([...HOST_LISTS]),
  onward: Type.Optional(Type.Object({ listing: Type.Integer(), page: Type.Integer({ minimum: 0 }) })),
});

interface Options {
  readonly runner: string;
  readonly sites: Sites;
  /** The runner's data folder. */
  readonly data: string;
  readonly telemetry: Telemetry;
  readonly log: Log;
}

/** Answers which hosts there are and what is on their engines, and tells when that changes. */
export const answerQueries = (
  connection: NatsConnection,
  { runner, sites, data, telemetry, log }: Options,
): { stop(): Promise<void> } => {
  const failed = (error: unknown): void => log.error({ err: error }, "a query could not be answered");
  const pages = createPages(Math.min(PAGE_BYTES, (connection.info?.max_payload ?? PAGE_BYTES) / 2));

  const open = (site: HostSite) => {
    const engine = engineAt(site);
    const learner = learnLastUses(engine, { data, log });
    const view = createHostView(site, {
      runner,
      engine,
      fault: () => sites.fault(site.name),
      observedSince: async (id) => (await readLastUses(data, id)).observedSince,
    });
    let wasReachable: boolean | undefined;
    const tell = (change: Change): void => {
      if (change.reachable !== wasReachable) view.changed();
      wasReachable = change.reachable;
      telemetry.engine(site.name, change);
    };
    const watch = watchEngine(engine, learner.ears(tell));
    return {
      engine,
      view,
      lists: createHostLists(engine, data),
      stop: async () => {
        await watch.stop();
        await learner.stop();
      },
    };
  };
  const hosts = new Map(sites.all.map((site) => [site.name, open(site)]));

  const inventory = async (body: unknown): Promise<InventoryAnswer> => {
    if (!Check(Question, body)) return { error: "That is no question about a host.", code: "invalid" };
    const host = hosts.get(body.host);
    if (!host) return { error: `The runner ${runner} knows no host ${body.host}.`, code: "unknown-host" };
    if (body.onward)
      return pages.at(body.onward) ?? { error: "The list was asked for too long ago.", code: "expired" };
    try {
      return pages.first(await host.lists.rows(body.list, AbortSignal.timeout(ANSWER_MS)));
    } catch (error) {
      return { error: sites.fault(body.host) ?? host.engine.explain(error), code: "away" };
    }
  };

  const subscriptions = [
    serve(connection, querySubject(runner, "inventory"), inventory, failed),
    serve(
      connection,
      querySubject(runner, "hosts"),
      () => Promise.all([...hosts.values()].map(({ view }) => view.look())),
      failed,
    ),
  ];
  return {
    stop: async () => {
      for (const subscription of subscriptions) subscription.unsubscribe();
      pages.stop();
      await Promise.all([...hosts.values()].map((host) => host.stop()));
    },
  };
};
