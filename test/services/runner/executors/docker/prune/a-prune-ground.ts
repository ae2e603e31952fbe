import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import type { Plan, PlanItem } from "#schema/items.ts";
import { ensureImage, IMAGE } from "../../../../../support/containers.ts";
import { provisioned } from "../../../../../support/provisioned.ts";
import { startNats } from "../../../../../support/stack.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { bulkRuns } from "../bulk/bulk-run.ts";
import type { PeerTask } from "../../../peer-tasks.ts";
import { openPeer, type Peer } from "../../../peer.ts";
import { type RunnerProcess, startRunnerProcess } from "../../../program.ts";
import { type RecordingEngine, startRecordingEngine } from "../engine/recording-engine.ts";

const IDLE = 'trap "exit 0" TERM; while :; do sleep 1 & wait; done';

/** Things of the test's own on the real engine, and a runner whose every request to it is noted. */
export interface PruneGround {
  readonly docker: Docker;
  readonly peer: Peer;
  readonly engine: RecordingEngine;
  readonly runner: RunnerProcess;
  /** Label value that only this test's things carry. */
  readonly mark: string;
  /** Restricts a run to this test's things. */
  readonly only: { readonly labels: string[] };
  container(name: string, options?: ContainerWish): Promise<string>;
  /** An image of its own content, built on `from` by the classic builder; its id. */
  image(
    tags: readonly string[],
    options?: { from?: string; labels?: Record<string, string> },
  ): Promise<string>;
  /** Without a name it is an anonymous one. */
  volume(name?: string, labels?: Record<string, string>): Promise<string>;
  network(name: string, labels?: Record<string, string>): Promise<string>;
  /** A name or tag of this test's own. */
  name(of: string): string;
  /** Of an image; null when it is gone. */
  tagsOf(id: string): Promise<string[] | null>;
  /** What the runner has asked the engine to remove. */
  removals(): string[];
  runs(type: string): ReturnType<typeof bulkRuns>;
  /** Plans and carries out; restricted to this test's things. */
  prune(type: string, payload: object): Promise<PeerTask>;
  /** Kills the runner, and gives the task to its successor. */
  succeed(id: string): Promise<void>;
  end(): Promise<void>;
}

interface ContainerWish {
  readonly state?: "created" | "running" | "paused" | "exited";
  readonly image?: string;
  readonly labels?: Record<string, string>;
  readonly host?: Docker.HostConfig;
  readonly volumes?: Record<string, object>;
}

export const planOf = (task: PeerTask): Plan => {
  const body = task.reports.map((report) => report.body).findLast(({ type }) => type === "planned");
  if (body?.type !== "planned") throw new Error(`no plan: ${JSON.stringify(task.reports.at(-1)?.body)}`);
  return body.plan;
};

/** `act` or the rule of each planned item, by name without the test's own prefix. */
export const classesOf = (task: PeerTask, mark: string): Record<string, string> =>
  Object.fromEntries(
    planOf(task).items.map((item: PlanItem) => [
      item.name.replace(`lh2-${mark}-`, ""),
      item.skip === undefined ? "act" : (item.rule ?? "?"),
    ]),
  );

/** Outcome and code of each item, by name without the test's own prefix. */
export const outcomesOf = (task: PeerTask, mark: string): Record<string, string> =>
  Object.fromEntries(
    task.items.map(({ index, outcome, code }) => [
      (planOf(task).items[index]?.name ?? "?").replace(`lh2-${mark}-`, ""),
      code === undefined ? outcome : `${outcome}:${code}`,
    ]),
  );

const drain = async (stream: NodeJS.ReadableStream): Promise<string> => {
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  return text;
};

/** `own`: an engine of the test's own; the machine's otherwise. */
export const pruneGround = async (own?: {
  readonly engine: Docker;
  readonly socket: string;
}): Promise<PruneGround> => {
  const docker = own?.engine ?? new Docker();
  await ensureImage(docker);
  const nats = await provisioned(await startNats());
  const engine = await startRecordingEngine(join(temporaryFolder("engine"), "docker.sock"), own?.socket);
  const environment = { DOCKER_HOST: `unix://${engine.path}` };
  const peer = await openPeer(nats);
  let runner = await startRunnerProcess(nats, environment);
  await peer.until("hello", () => peer.hellos.length > 0, 30_000);
  const mark = randomUUID().slice(0, 8);
  const label = { "longshore.test": mark };
  const filters = { label: [`longshore.test=${mark}`] };
  const name = (of: string): string => `lh2-${mark}-${of}`;
  const runs = (type: string) => bulkRuns(peer, type);

  const container = async (
    of: string,
    { state = "exited", image = IMAGE, labels = {}, host = {}, volumes = {} }: ContainerWish = {},
  ): Promise<string> => {
    const made = await docker.createContainer({
      name: name(of),
      Image: image,
      Cmd: ["/bin/sh", "-c", state === "exited" ? "exit 0" : IDLE],
      Labels: { ...label, ...labels },
      Volumes: volumes,
      HostConfig: { NetworkMode: "none", ...host },
    });
    if (state === "created") return made.id;
    await made.start();
    if (state === "exited") await made.wait();
    if (state === "paused") await made.pause();
    return made.id;
  };

  const image: PruneGround["image"] = async (tags, { from = IMAGE, labels = {} } = {}) => {
    const folder = temporaryFolder("build");
    const context = join(folder, "context");
    mkdirSync(context);
    writeFileSync(join(context, "content"), randomUUID());
    writeFileSync(join(context, "Dockerfile"), `FROM ${from}\nCOPY content /content-${randomUUID()}\n`);
    execFileSync("tar", ["-C", context, "-cf", join(folder, "context.tar"), "."]);
    const built = await drain(
      await docker.buildImage(createReadStream(join(folder, "context.tar")), {
        labels: { ...label, ...labels },
        nocache: true,
        ...(tags[0] === undefined ? {} : { t: tags[0] }),
      }),
    );
    const id = /"ID":"(sha256:[0-9a-f]{64})"/.exec(built)?.[1];
    if (id === undefined) throw new Error(`no image was built: ${built}`);
    for (const tag of tags.slice(1)) {
      const at = tag.lastIndexOf(":");
      await docker.getImage(id).tag({ repo: tag.slice(0, at), tag: tag.slice(at + 1) });
    }
    return id;
  };

  const cleanUp = async (): Promise<void> => {
    for (const { Id } of await docker.listContainers({ all: true, filters }))
      await docker.getContainer(Id).remove({ force: true, v: true });
    // Children first: what they were built on cannot go before them.
    for (let left = 20, found = 1; left > 0 && found > 0; left -= 1) {
      const images = await docker.listImages({ filters });
      found = images.length;
      for (const { Id } of images)
        await docker
          .getImage(Id)
          .remove({ force: true })
          .catch(() => undefined);
    }
    for (const { Name } of (await docker.listVolumes({ filters })).Volumes)
      await docker.getVolume(Name).remove();
    for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
  };

  const ground: PruneGround = {
    docker,
    peer,
    engine,
    get runner() {
      return runner;
    },
    mark,
    only: { labels: [`longshore.test=${mark}`] },
    tagsOf: (id) =>
      docker
        .getImage(id)
        .inspect()
        .then(
          ({ RepoTags }) => RepoTags,
          () => null,
        ),
    removals: () => engine.changes().filter((line) => line.startsWith("DELETE")),
    container,
    image,
    volume: async (of, labels = {}) => {
      // The engine gives one without a name 64 digits.
      const made = await docker.createVolume({
        ...(of === undefined ? {} : { Name: name(of) }),
        Labels: { ...label, ...labels },
      });
      return made.name;
    },
    network: async (of, labels = {}) =>
      (await docker.createNetwork({ Name: name(of), Labels: { ...label, ...labels } })).id,
    name,
    runs,
    prune: (type, payload) => runs(type).run({ only: ground.only, grace: "0s", ...payload }),
    succeed: async (id) => {
      await runner.kill9();
      await peer.fact(id, { type: "attempt-lost", message: "the runner was killed" });
      const hellos = peer.hellos.length;
      runner = await startRunnerProcess(nats, environment, runner.data);
      await peer.until("a hello", () => peer.hellos.length > hellos, 30_000);
      await peer.assign(id);
    },
    end: async () => {
      await runner.stop();
      await cleanUp();
      await peer.close();
      await engine.close();
      await nats.stop();
    },
  };
  return ground;
};
