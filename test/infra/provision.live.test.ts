import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { afterEach, beforeEach, expect, it } from "vitest";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { provision, requireJournal } from "#infra/nats/provision.ts";
import { JOURNAL, JOURNAL_SUBJECTS } from "#schema/subjects.ts";
import { startNats, type TestNats } from "../support/stack.ts";

let nats: TestNats;
let connection: NatsConnection;

beforeEach(async () => {
  nats = await startNats({ permissions: false });
  connection = await connectNats({ url: nats.url, seedFile: null, user: "provisioner" });
});
afterEach(async () => {
  await connection.close();
  await nats.stop();
});

it("a journal of an older release learns the subjects that were added since, and keeps what it has", async () => {
  const made = { url: nats.url, seedFile: null, dataFree: 1024 ** 3 };
  await provision(made);
  const { streams } = await jetstreamManager(connection);
  const older = JOURNAL_SUBJECTS.filter((subject) => subject !== "pool.>");
  await streams.update(JOURNAL, { subjects: [...older] });
  await jetstream(connection).publish("task.default.submitted.none", "a fact");
  await expect(requireJournal(connection)).rejects.toThrow("does not take all journal subjects");
  await provision(made);
  await requireJournal(connection);
  const { config, state } = await streams.info(JOURNAL);
  expect(config.subjects.toSorted()).toEqual([...JOURNAL_SUBJECTS].toSorted());
  expect(state).toMatchObject({ first_seq: 1, last_seq: 1 });
});
