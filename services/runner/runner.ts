import { availableParallelism, totalmem } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { announce } from "#infra/nats/announce.ts";
import { connectNats } from "#infra/nats/connect.ts";
import type { Ground, Running } from "#infra/service.ts";
import { createAsker } from "./work/asker.ts";
import { createAttempts } from "./attempts/attempts.ts";
import { openCatalogue } from "./catalogue.ts";
import { openSites } from "./executors/docker/hosts/open-sites.ts";
import { sweepHosts } from "./executors/docker/hosts/sweep-hosts.ts";
import { openGroups } from "./groups/open-groups.ts";
import { probeGroups } from "./groups/probe.ts";
import { aheadFor, discoverExecutors } from "./discover.ts";
import { openInbox } from "./link/inbox.ts";
import { startLease } from "./lease/lease.ts";
import { endLeftovers } from "./processes/leftovers.ts";
import { markOf, placeOf, RUNNER_MARK, runnerMark } from "./processes/marks.ts";
import { createMembership } from "./link/membership.ts";
import { answerPool } from "./pool/answer-pool.ts";
import { createPool } from "./pool/pool.ts";
import { answerQueries } from "./link/queries.ts";
import { createReportBatches } from "./attempts/report-batches.ts";
import type { ReportWay } from "./attempts/reporter.ts";
import { openSchedulerLink } from "./link/scheduler-link.ts";
import { createSlots } from "./slots/slots.ts";
import { createTelemetry } from "./link/telemetry.ts";
import { lookAtUse } from "./use/look.ts";
import { ownUse } from "./use/own-use.ts";
import { tellUse } from "./use/tell-use.ts";

/** What is nearly done may still be finished when the runner is asked to stop. */
const GRACE_MS = 3_000;

/** Without a scheduler nobody is told that no more work is taken. */
const ANNOUNCED_MS = 500;

/** Starts the runner: ends leftovers, introduces itself, follows its inbox and keeps its lease. */
export const startRunner = async ({ env, log, fail }: Ground): Promise<Running> => {
  const id = env.runnerId;
  const mark = runnerMark(id, env.data);
  const builtIn = await discoverExecutors();
  const site = probeGroups(mark, env.groups);
  const groups = openGroups(site);
  await endLeftovers(mark, groups, log);
  const sites = openSites(env, { mark, log });
  const containers = await sweepHosts(sites.all, mark, log);
  log.info({ groups: site.kind, controllers: site.controllers }, site.message);

  const nats = { url: env.natsUrl, seedFile: env.natsSeedFile };
  const connection = await connectNats({ ...nats, user: "runner" });
  const telemetry = createTelemetry(id, (subject, body, headers) =>
    announce(connection, subject, body, headers),
  );
  const link = openSchedulerLink(connection, {
    runner: id,
    settings: {
      allowShell: env.allowShell,
      commandUser: env.commandUser,
      groups: site,
      cpuLimit: env.cpuLimit,
      data: env.data,
      hosts: sites.all,
    },
    offered: (type) => catalogue.offered(type),
  });
  const slots = createSlots({
    environment: { [RUNNER_MARK]: mark },
    log,
    groups: site,
    ahead: aheadFor(builtIn),
  });
  let announceAgain = (): void => undefined;
  const catalogue = await openCatalogue({
    builtIn,
    folder: env.executors,
    data: env.data,
    slots,
    log,
    changed: () => announceAgain(),
  });

  const membership = createMembership({
    link,
    log,
    hello: (boot) => ({
      runner: id,
      boot,
      slots: pool.announced,
      types: catalogue.types(),
      faults: catalogue.faults,
      offers: { cpus: availableParallelism(), memoryBytes: totalmem(), labels: env.labels },
      isolation: { groups: site.kind, message: site.message },
      host: env.hostName,
      pid: process.pid,
      sites: sites.all.map(({ name }) => name),
      place: placeOf(mark, env.hostName),
      seen: inbox.seen,
    }),
    welcomed: (boot, { seq, cordoned = false, slots: wished = null }, fresh) => {
      if (fresh) inbox.restart(seq);
      if (fresh) pool.recall({ cordoned, slots: wished, seq });
      lease.hold(boot);
      log.info({ boot, seq, fresh }, "welcomed by the scheduler");
    },
  });
  announceAgain = () => void membership.announce().catch(fail);
  const lease = startLease(
    { ...nats, runner: id, mark: markOf(RUNNER_MARK, mark) },
    {
      lost: (boot) => {
        if (boot !== membership.boot) return;
        log.warn("declared lost by the scheduler: all work is ended");
        pool.lost();
        void attempts.killAll().then(membership.startOver).catch(fail);
      },
      changed: (state) => {
        log.warn({ state }, state === "frozen" ? "cut off: work is stopped" : "work goes on");
        const told = state === "frozen" ? containers.hold() : containers.goOn();
        told.catch((error: unknown) =>
          log.warn({ err: error }, "containers could not be stopped or resumed"),
        );
      },
      failed: fail,
    },
  );
  const way: ReportWay = {
    send: createReportBatches({ runner: id, boot: () => membership.boot, say: link.say }),
    live: lease.live,
    greet: () => membership.join().catch(fail),
  };
  const attempts = createAttempts({
    way,
    ask: createAsker({ runner: id, way, boot: () => membership.boot, say: link.say, load: link.load }),
    slots,
    telemetry,
    log,
    limit: env.slots.max,
    refuses: () => pool.closed,
    mark,
    groups,
    containers,
    does: (type) => catalogue.offered(type) !== undefined,
    assignment: link.assignment,
  });
  const pool = createPool({
    bounds: env.slots,
    log,
    attempts: attempts.seated,
    handOver: attempts.handOver,
    changed: () => announceAgain(),
  });
  const inbox = openInbox(connection, id, { log, each: attempts.hear });
  const queries = answerQueries(connection, { runner: id, sites, data: env.data, telemetry, log });
  const poolAnswers = answerPool(connection, {
    runner: id,
    pool,
    announced: membership.announced,
    failed: (error) => log.error({ err: error }, "a question about slots could not be answered"),
  });
  const stopTelling = tellUse({
    attempts: attempts.watched,
    stands: lease.stands,
    own: ownUse,
    look: (watched) => lookAtUse(watched, groups),
    tell: telemetry.use,
    failed: (error) => log.error({ err: error }, "what attempts use could not be looked at"),
  });

  void membership.join().catch(fail);
  return {
    stop: async () => {
      // Announced first, or what is handed over comes straight back.
      pool.end();
      poolAnswers.stop();
      await Promise.race([membership.announced(), sleep(ANNOUNCED_MS)]);
      attempts.close();
      const done = attempts.idle().then(() => true);
      if (!(await Promise.race([done, sleep(GRACE_MS, false)])))
        log.warn("its grace is over: what is still at work is ended");
      pool.stop();
      stopTelling();
      link.close();
      await attempts.killAll();
      await membership.leave();
      await Promise.all([lease.stop(), inbox.stop(), queries.stop(), catalogue.stop()]);
      slots.end();
      containers.stop();
      await sites.stop();
      await Promise.race([connection.drain(), sleep(1_000)]);
      // Its slots were killed a moment ago; what stays is taken away by the next start.
      for (let tries = 0; tries < 20 && !groups.remove(); tries += 1) await sleep(10);
    },
  };
};
