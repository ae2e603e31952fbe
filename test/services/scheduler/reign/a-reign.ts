/** What tests of reigns ask again and again. */
import { expect } from "vitest";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { hashOf } from "../../../../services/scheduler/journal/seal.ts";
import { until } from "../../../support/until.ts";
import { edge, ends, journal, nats } from "../scheduler-processes.ts";

/** Until a wish is answered, on a busy machine with two processors. The promise itself is measured by the server's clock. */
export const SLACK_MS = 2_000;

export const anAdmin = async (): Promise<NatsConnection> => {
  const seedFile = nats.seedFile("provisioner");
  const admin = await connectNats({ url: nats.url, seedFile, user: "provisioner" });
  ends.push(() => admin.close());
  return admin;
};

export const served = async (): Promise<boolean> => (await edge.submit().catch(() => undefined))?.ok === true;

/** Milliseconds until a wish is taken. A new one every 50 ms: one that asks a leader who stands still would wait in vain. */
export const timeToServe = async (): Promise<number> => {
  const began = performance.now();
  let taken: number | undefined;
  const ask = async (): Promise<void> => {
    if (await served()) taken ??= performance.now() - began;
  };
  const asking = setInterval(() => void ask(), 50);
  try {
    return await until("a wish is taken", () => taken, 30_000);
  } finally {
    clearInterval(asking);
  }
};

export const epochs = (): number[] =>
  journal.facts.flatMap(({ fact }) => (fact.type === "epoch" ? [fact.epoch] : []));

export const epochsReach = (count: number) =>
  until(`epoch ${count}`, () => epochs().length >= count && epochs(), 30_000);

/** No fact of an older reign behind the first of a newer one, and nothing missing or doubled. */
export const expectOneWriterAtATime = (): void => {
  const written = journal.facts.map(({ fact }) => fact.epoch);
  expect(written).toEqual(written.toSorted((a, b) => a - b));
  journal.facts.forEach(({ seq, fact }, index) => {
    expect(seq).toBe(index + 1);
    const before = journal.facts[index - 1];
    if (before) expect(fact.chain.stream).toBe(hashOf(before.message.data));
  });
};
