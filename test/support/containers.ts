import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import Docker from "dockerode";
import { BUSYBOX } from "./needs.ts";
import { until } from "./until.ts";

export const IMAGE = "longshore-test:busybox";
/** Ends on TERM at once: what bulk operations meet when applications stop properly. */
const IDLE = 'trap "exit 0" TERM; sleep 86400 & wait';

const machine = new Docker();

/** An image of nothing but busybox, imported from a folder: no registry is asked. */
export const ensureImage = async (engine = machine): Promise<void> => {
  const images = await engine.listImages({ filters: { reference: [IMAGE] } });
  if (images.length > 0) return;
  const folder = mkdtempSync(join(tmpdir(), "longshore-image-"));
  mkdirSync(join(folder, "bin"));
  copyFileSync(BUSYBOX, join(folder, "bin", "busybox"));
  for (const name of ["sh", "sleep"]) symlinkSync("busybox", join(folder, "bin", name));
  const archive = `${folder}.tar`;
  execFileSync("tar", ["-C", folder, "-cf", archive, "."]);
  const stream = await engine.importImage(archive, { repo: "longshore-test", tag: "busybox" });
  let said = "";
  for await (const chunk of stream) said += String(chunk);
  // Podman takes no notice of the tag.
  const id = /sha256:[0-9a-f]{64}/.exec(said)?.[0];
  if (id !== undefined) await engine.getImage(id).tag({ repo: "longshore-test", tag: "busybox" });
  rmSync(folder, { recursive: true });
  rmSync(archive);
};

export interface TestContainers {
  /** Label value only these containers carry. */
  readonly label: string;
  readonly names: readonly string[];
  /** State by name, asked of the engine. */
  states(): Promise<Map<string, string>>;
  startAll(): Promise<void>;
  /** How often each container has died up to now, by name. */
  deaths(): Promise<Map<string, number>>;
  /** From now on deaths are counted anew. */
  forgetDeaths(): Promise<void>;
  remove(): Promise<void>;
}

const inLanes = async <T>(things: readonly T[], work: (thing: T) => Promise<unknown>): Promise<void> => {
  const left = [...things];
  const lane = async (): Promise<void> => {
    for (let thing = left.shift(); thing !== undefined; thing = left.shift()) await work(thing);
  };
  await Promise.all(Array.from({ length: 8 }, lane));
};

interface Wanted {
  /** An engine of the test's own; the machine's otherwise. */
  readonly engine?: Docker;
  /** What differs from containers that idle until they are told to end, by their place. */
  readonly like?: (index: number) => Docker.ContainerCreateOptions;
}

/** Running containers on a real engine, labelled as this test's own; remove them at the end. */
export const startContainers = async (
  count: number,
  { engine = machine, like = () => ({}) }: Wanted = {},
): Promise<TestContainers> => {
  await ensureImage(engine);
  const label = randomUUID();
  const prefix = `longshore-test-${label.slice(0, 8)}`;
  const names = Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(3, "0")}`);
  await inLanes([...names.entries()], async ([index, name]) => {
    const { Labels, HostConfig, ...more } = like(index);
    const container = await engine.createContainer({
      name,
      Image: IMAGE,
      Cmd: ["/bin/sh", "-c", IDLE],
      Labels: { ...Labels, "longshore.test": label },
      HostConfig: { NetworkMode: "none", ...HostConfig },
      ...more,
    });
    await container.start();
  });

  const listed = () => engine.listContainers({ all: true, filters: { label: [`longshore.test=${label}`] } });
  const deathCounts = new Map<string, number>();
  const born = new Set<string>();
  // Listened to from the start: the engine itself replays only its last 256 events.
  // To Podman a container has died, though it tells of it as Docker does.
  const wanted = { label: [`longshore.test=${label}`], event: ["die", "died", "create"] };
  const events = await engine.getEvents({ filters: wanted });
  // An engine that is killed cuts it off.
  events.on("error", () => undefined);
  let rest = "";
  events.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines.filter(Boolean)) {
      const event = JSON.parse(line) as { Action: string; Actor: { Attributes: { name: string } } };
      const { name } = event.Actor.Attributes;
      if (event.Action === "create") born.add(name);
      else deathCounts.set(name, (deathCounts.get(name) ?? 0) + 1);
    }
  });
  /** Events are told in order, but a moment after they happen: when a birth is heard of, so are the deaths before it. */
  const caughtUp = async (): Promise<void> => {
    const name = `${prefix}-birth-${randomUUID()}`;
    const Labels = { "longshore.test": label };
    await (await engine.createContainer({ name, Image: IMAGE, Cmd: ["/bin/sh"], Labels })).remove();
    await until("the engine's events", () => born.has(name), 30_000);
  };

  return {
    label,
    names,
    states: async () =>
      new Map((await listed()).map(({ Names, State }) => [Names[0]?.slice(1) ?? "", State])),
    startAll: () =>
      inLanes(names, (name) =>
        engine
          .getContainer(name)
          .start()
          .catch(() => undefined),
      ),
    deaths: async () => {
      await caughtUp();
      return new Map(deathCounts);
    },
    forgetDeaths: async () => {
      await caughtUp();
      deathCounts.clear();
    },
    remove: async () => {
      (events as unknown as { destroy(): void }).destroy();
      await inLanes(await listed(), ({ Id }) => engine.getContainer(Id).remove({ force: true }));
    },
  };
};
