import { jetstreamManager } from "@nats-io/jetstream";
import { afterEach, beforeEach, expect, it } from "vitest";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import type { TaskFact } from "#schema/envelope.ts";
import { JOURNAL } from "#schema/subjects.ts";
import { makeJournalStream, openTestJournal, sha256 } from "../../support/a-journal.ts";
import { type Ground, checkpointOf, openGround } from "./a-ground.ts";

let ground: Ground;
let admin: NatsConnection;
beforeEach(async () => {
  ground = await openGround();
  const { nats } = ground;
  admin = await connectNats({ url: nats.url, seedFile: nats.seedFile("provisioner"), user: "provisioner" });
});
afterEach(async () => {
  await admin.close();
  await ground.close();
});

const manager = () => jetstreamManager(admin);

const remakeJournal = async (overrides = {}): Promise<void> => {
  await (await manager()).streams.delete(JOURNAL);
  await makeJournalStream(admin, overrides);
};

/** Starts a projector that must refuse, and returns its sentence. */
const refusal = async (): Promise<string> => {
  const projector = await ground.projector();
  const error = await projector.ended;
  await projector.stop();
  expect(error.name).toBe("Fatal");
  return error.message;
};

const submitMany = async (count: number): Promise<void> => {
  for (let index = 0; index < count; index += 1) await ground.journal.submit();
};

const projectAll = async (): Promise<void> => {
  const projector = await ground.projector();
  await ground.projected(ground.journal.facts.length);
  await projector.stop();
};

it("a fact that is missing in the middle stops it there; what came before is projected", async () => {
  await remakeJournal({ deny_delete: false });
  await submitMany(9);
  await (await manager()).streams.deleteMessage(JOURNAL, 5);
  expect(await refusal()).toMatch(
    /before sequence 5: the journal has a gap between 4 and 6.*npm run rebuild/s,
  );
  expect(await checkpointOf(ground.sql)).toBe(4);
  expect(await ground.sql`select seq from facts order by seq`).toHaveLength(4);
});

it("a beginning that was purged beyond the checkpoint is a gap; up to the checkpoint it is none", async () => {
  await submitMany(3);
  await projectAll();
  await submitMany(6);
  await (await manager()).streams.purge(JOURNAL, { seq: 4 });
  await projectAll();
  await submitMany(3);
  await (await manager()).streams.purge(JOURNAL, { seq: 12 });
  expect(await refusal()).toContain("the journal has a gap between 9 and 12");
});

it("a journal that begins after 1 is refused by an empty read model", async () => {
  await submitMany(3);
  await (await manager()).streams.purge(JOURNAL, { seq: 3 });
  expect(await refusal()).toContain("the journal has a gap between 0 and 3");
});

it("bytes that are not those of the stored hash stop it", async () => {
  const id = await ground.journal.submit();
  await ground.journal.raw(new TextEncoder().encode('{"v":1}'), "0".repeat(64));
  expect(await refusal()).toContain(
    "before sequence 2: the hash it was stored with is not the hash of its bytes",
  );
  expect(await ground.sql`select id, state from tasks`).toEqual([{ id, state: "queued" }]);
});

it("a fact that does not carry the hash of the one before stops it", async () => {
  await ground.journal.submit();
  const forger = openTestJournal(ground.connection, { seq: 1, hash: sha256(new Uint8Array()) });
  await forger.submit();
  expect(await refusal()).toContain("before sequence 2: it does not carry the hash of sequence 1");
});

it("a fact that does not carry the hash of its task's fact before stops it", async () => {
  const id = await ground.journal.submit();
  await ground.journal.submit();
  await ground.journal.happen(id, { type: "withdrawn" }, (fact) => ({
    ...fact,
    chain: { ...fact.chain, task: sha256(new Uint8Array()) },
  }));
  expect(await refusal()).toContain(
    `before sequence 3: it does not carry the hash of the fact before it of task ${id}`,
  );
  expect(await checkpointOf(ground.sql)).toBe(2);
});

it("bytes that are no fact stop it", async () => {
  await ground.journal.submit();
  await ground.journal.raw(new TextEncoder().encode("not a fact"));
  expect(await refusal()).toContain("before sequence 2: a journal message is not JSON");
});

it("a fact that does not follow its task's state stops it, and so does a state nobody knows", async () => {
  const id = await ground.journal.submit();
  await ground.journal.happen(id, { type: "withdrawn" }, (fact) => ({
    ...(fact as TaskFact),
    from: "paused",
  }));
  expect(await refusal()).toMatch(new RegExp(`before sequence 2: task ${id}: .*"paused"`));
  const other = await openGround();
  try {
    await other.journal.submit();
    const lost = await other.journal.submit();
    await other.journal.happen(lost, { type: "withdrawn" }, (fact) => ({
      ...(fact as TaskFact),
      to: "elsewhere",
    }));
    const projector = await other.projector();
    expect((await projector.ended).message).toContain('before sequence 3: it leads to the state "elsewhere"');
  } finally {
    await other.close();
  }
});

it("a journal that lost its end is refused, and nothing is changed", async () => {
  await submitMany(5);
  await projectAll();
  const [checkpoint] = await ground.sql`select * from checkpoints where name = 'journal'`;
  await ground.sql`update checkpoints set seq = 9 where name = 'journal'`;
  expect(await refusal()).toContain("The journal ends at 5, but the read model has already read 9");
  await ground.sql`update checkpoints set seq = ${checkpoint?.["seq"] as string} where name = 'journal'`;
  expect(await ground.sql`select id from tasks`).toHaveLength(5);
});

it("another journal under the same name is refused, also while running", async () => {
  await submitMany(3);
  const projector = await ground.projector();
  await ground.projected(3);
  await remakeJournal();
  const forger = openTestJournal(ground.connection);
  for (let index = 0; index < 5; index += 1) await forger.submit();
  await ground.nats.kill9();
  await ground.nats.restart();
  const error = await projector.ended;
  expect(error.message).toMatch(/^The journal was created at .* made from one created at .*npm run rebuild/s);
  expect(await ground.sql`select id from tasks`).toHaveLength(3);
});

it("of two projectors one is fenced off, and no row is written twice", async () => {
  await ground.journal.submit();
  const [one, two] = [await ground.projector(), await ground.projector()];
  // The very first fact may already fence one of them off.
  await ground.projected(1).catch(() => undefined);
  const first = await submittingUntil(Promise.race([one.ended, two.ended]));
  expect(first.message).toContain("A second projector writes to the same read model");
  await ground.projected(ground.journal.facts.length).catch(() => undefined);
  const [counted] = await ground.sql`select count(*)::int as facts, max(seq)::int as last from facts`;
  expect(counted?.["facts"]).toBe(counted?.["last"]);
  expect(await checkpointOf(ground.sql)).toBe(counted?.["last"]);
});

const submittingUntil = async (end: Promise<Error>): Promise<Error> => {
  let ended = false;
  void end.then(() => (ended = true));
  const limit = performance.now() + 40_000;
  while (!ended && performance.now() < limit) await ground.journal.submit();
  if (!ended) throw new Error("both went on");
  return end;
};
