/** For each test a server, a scheduler inside its process, and an edge; types are known and no runner takes work. */
import { afterEach, beforeEach } from "vitest";
import { aRunner, anEdge, aScheduler, type TestScheduler } from "../../../support/a-scheduler.ts";
import { provisioned } from "../../../support/provisioned.ts";
import { startNats, type TestNats } from "../../../support/stack.ts";

export let nats: TestNats;
export let scheduler: TestScheduler;
export let edge: Awaited<ReturnType<typeof anEdge>>;
/** What ends with the test, the latest first. */
export const ends: (() => unknown)[] = [];

/** A scheduler that took the place of the one before. */
export const succeed = (next: TestScheduler): void => void (scheduler = next);

/** Call once in a file: from then on each test finds all of the above new. */
export const withASchedulerEach = (): void => {
  beforeEach(async () => {
    nats = await provisioned(await startNats());
    scheduler = await aScheduler(nats);
    edge = await anEdge(nats);
    const scout = await aRunner(nats, { slots: 0 });
    ends.push(scout.close);
    await scout.hello();
  });

  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
    await edge.close();
    await scheduler.stop();
    await nats.stop();
  });
};
