import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import { afterEach, expect, it } from "vitest";
import { connectNats } from "#infra/nats/connect.ts";
import { streamExtent } from "#infra/nats/follow.ts";
import { JOURNAL } from "#schema/subjects.ts";
import { aWorld, type World } from "../../support/a-world.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { until } from "../../support/until.ts";

let world: World;
const ends: (() => void)[] = [];
afterEach(async () => {
  await world.end();
  for (const end of ends.splice(0)) end();
});

const limits = (): string[] =>
  world.journal.facts.flatMap(({ fact }) =>
    "about" in fact && fact.about.kind === "limit" && fact.about.id === "journal" ? [fact.type] : [],
  );
const ping = () => world.send<{ trouble: string | null }>("ping", {});

it.runIf(process.getuid?.() === 0)(
  "a disk that runs full takes no new tasks and says so, goes on with those there are, and takes some again when it has room",
  async () => {
    const data = temporaryFolder("full");
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=400m", "tmpfs", data]);
    ends.push(() => execFileSync("umount", [data]));
    mkdirSync(join(data, "nats"));
    world = await aWorld({ LONGSHORE_DATA: data });
    await world.runner({ slots: 0 });
    const before = await world.submit();
    execFileSync("mount", ["-o", "remount,size=100m", data]);
    const refusal = await until(
      "it is noticed",
      async () => {
        const reply = await world.edge.submit();
        return !reply.ok && reply;
      },
      30_000,
    );
    expect(refusal).toMatchObject({
      code: "full",
      message: "The disk of the data folder is nearly full; new tasks are not taken until there is room.",
    });
    expect((await ping()).trouble).toBe(refusal.message);
    expect(await world.edge.wish(before, { type: "pause" })).toMatchObject({ ok: true, state: "paused" });
    await until("a fact tells it", () => limits().length === 1);
    execFileSync("mount", ["-o", "remount,size=400m", data]);
    await until("it takes tasks again", async () => (await world.edge.submit()).ok, 30_000);
    await until("a fact tells it", () => limits().length === 2);
    expect(limits()).toEqual(["reached", "eased"]);
    expect((await ping()).trouble).toBeNull();
  },
  90_000,
);

it("a journal that the server refuses to write is told with the server's words, and forgotten when it can be written", async () => {
  world = await aWorld();
  await world.runner({ slots: 0 });
  const task = await world.submit();
  const { nats } = world;
  const provisioner = await connectNats({
    url: nats.url,
    seedFile: nats.seedFile("provisioner"),
    user: "provisioner",
  });
  ends.push(() => void provisioner.close());
  const { streams } = await jetstreamManager(provisioner);
  const { bytes, maxBytes } = await streamExtent(provisioner, JOURNAL);
  await streams.update(JOURNAL, { max_bytes: bytes + 1 });
  const refused = await world.edge.wish(task, { type: "pause" });
  expect(refused).toMatchObject({ ok: false, code: "unavailable" });
  expect(refused.ok ? "" : refused.message).toMatch(
    /^The journal cannot be written: the message server says ".*maximum bytes.*"\. Nothing was recorded\.$/,
  );
  expect((await ping()).trouble).toContain("cannot be written");
  await streams.update(JOURNAL, { max_bytes: maxBytes });
  await until("it can be written", async () => (await world.edge.wish(task, { type: "pause" })).ok, 30_000);
  expect((await ping()).trouble).toBeNull();
}, 60_000);
