/** A server for each test, on which schedulers run as processes of their own. */
import { afterEach, beforeEach } from "vitest";
import { aReader, aRunner, anEdge } from "../../support/a-scheduler.ts";
import { provisioned } from "../../support/provisioned.ts";
import { startNats, type TestNats } from "../../support/stack.ts";
import { until } from "../../support/until.ts";
import { endSchedulerProcesses } from "./program.ts";

export let nats: TestNats;
export let edge: Awaited<ReturnType<typeof anEdge>>;
export let journal: Awaited<ReturnType<typeof aReader>>;
/** What ends with the test, the latest first. */
export const ends: (() => unknown)[] = [];

/** Call once in a file: from then on each test finds all of the above new. */
export const onServersOfTheirOwn = (): void => {
  beforeEach(async () => {
    nats = await provisioned(await startNats());
    edge = await anEdge(nats);
    journal = await aReader(edge.connection);
  });

  afterEach(async () => {
    await endSchedulerProcesses();
    for (const end of ends.splice(0).toReversed()) await end();
    await journal.stop();
    await edge.close();
    await nats.stop();
  });
};

/** Another reader, from the beginning; the one before has been stopped. */
export const readAnew = async (): Promise<void> => {
  journal = await aReader(edge.connection);
};

/** A runner without slots: its types are known, and tasks wait. */
export const aScout = async (): Promise<void> => {
  const scout = await aRunner(nats, { slots: 0 });
  ends.push(scout.close);
  await until("it is welcomed", async () => (await scout.hello().catch(() => undefined))?.ok, 30_000);
};
