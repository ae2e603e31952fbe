import { connect } from "node:net";
import { once } from "node:events";
import postgres from "postgres";
import { expect, it } from "vitest";
import { freshDatabase, startNats } from "../../support/stack.ts";

const greeting = async (port: number): Promise<{ version: string; jetstream: boolean }> => {
  const socket = connect(port, "127.0.0.1");
  const [line] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return JSON.parse(line.toString().replace(/^INFO /, "")) as { version: string; jetstream: boolean };
};

it("a NATS server of one's own serves JetStream and comes back after SIGKILL on the same port", async () => {
  const nats = await startNats({ permissions: false });
  try {
    const first = nats.pid;
    expect(await greeting(nats.port)).toMatchObject({ jetstream: true });
    await nats.kill9();
    await expect(greeting(nats.port)).rejects.toThrow("ECONNREFUSED");
    await nats.restart();
    expect(nats.pid).not.toBe(first);
    expect(await greeting(nats.port)).toMatchObject({ jetstream: true });
  } finally {
    await nats.stop();
  }
});

it("every test gets a database of its own, in UTF-8", async () => {
  const [one, other] = [await freshDatabase(), await freshDatabase()];
  const sql = postgres(one.url);
  const elsewhere = postgres(other.url);
  try {
    await sql`create table seen (word text)`;
    await sql`insert into seen values ('größe')`;
    expect(await sql`select word, length(word) as length from seen`).toEqual([{ word: "größe", length: 5 }]);
    await expect(elsewhere`select * from seen`).rejects.toThrow('relation "seen" does not exist');
  } finally {
    await Promise.all([sql.end(), elsewhere.end()]);
    await Promise.all([one.drop(), other.drop()]);
  }
});
