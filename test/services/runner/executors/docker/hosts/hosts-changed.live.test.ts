import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { bulkRuns } from "../bulk/bulk-run.ts";
import { type HostsGround, hostsGround } from "./a-hosts-ground.ts";
import { type FakeEngine, startFakeEngine } from "../engine/fake-engine.ts";

const VOLUME = "f".repeat(64);
const CONTAINER = "c".repeat(64);

/** A volume nobody uses and a container that ended, by the same names on every engine. */
const THINGS = {
  "/containers/json": [
    { Id: CONTAINER, Names: ["/old"], Image: "app", State: "exited", Created: 0, Labels: {}, Mounts: [] },
  ],
  [`/containers/${CONTAINER}/json`]: {
    Id: CONTAINER,
    Name: "/old",
    State: {
      Status: "exited",
      Running: false,
      StartedAt: "2026-01-01T00:00:00Z",
      FinishedAt: "2026-01-01T00:00:01Z",
    },
    Config: { Labels: {} },
    HostConfig: {},
    RestartCount: 0,
  },
  "/volumes": {
    Volumes: [
      { Name: VOLUME, Driver: "local", CreatedAt: "2026-01-01T00:00:00Z", Labels: null, Options: null },
    ],
  },
  [`/volumes/${VOLUME}`]: {
    Name: VOLUME,
    Driver: "local",
    CreatedAt: "2026-01-01T00:00:00Z",
    Labels: null,
    Options: null,
  },
  "/system/df": { Volumes: [{ Name: VOLUME, UsageData: { Size: 1, RefCount: 0 } }] },
};

const RUNS: readonly (readonly [string, object])[] = [
  ["docker.containers", { action: "remove", ids: [CONTAINER] }],
  ["docker.volumes.prune", {}],
  ["docker.images.pull", { image: "team/web:1" }],
];

describe("a host that is another one by the time its plan is carried out", () => {
  let first: FakeEngine;
  let second: FakeEngine;
  let sockets: readonly [string, string];
  let ground: HostsGround;
  const nas = (socket: string): object => ({ name: "nas", address: `unix://${socket}` });
  beforeEach(async () => {
    const folder = temporaryFolder("engines");
    sockets = [join(folder, "a.sock"), join(folder, "b.sock")];
    [first, second] = await Promise.all([startFakeEngine(sockets[0]), startFakeEngine(sockets[1])]);
    first.others = THINGS;
    second.others = THINGS;
    second.info = { ID: "CCCC:DDDD", Name: "other" };
    ground = await hostsGround([nas(sockets[0])], undefined, `unix://${join(folder, "none.sock")}`);
  }, 60_000);
  afterEach(async () => {
    await ground.end();
    await Promise.all([first.close(), second.close()]);
  }, 60_000);

  /** Plans on the first engine, and carries it out after the runner has begun anew with other hosts. */
  const acrossChange = async (type: string, payload: object, hosts: readonly object[]) => {
    const runs = bulkRuns(ground.peer, type);
    const id = await runs.plan({ ...payload, host: "nas" });
    expect(
      ground.peer.task(id).context.plan,
      JSON.stringify(ground.peer.task(id).reports.at(-1)),
    ).not.toBeNull();
    await ground.runner.stop();
    await ground.restart(hosts);
    await ground.peer.assign(id);
    return (await runs.settled(id)).reports.at(-1)?.body;
  };
  /** What was asked of either about the very things, beyond a look at the container for its plan. */
  const touched = (): string[] =>
    [...first.asked, ...second.asked].filter((url) =>
      /images\/create|\/volumes\/f{64}|\/containers\/c{64}(?!\/json)/.test(url),
    );

  it.each(RUNS)(
    "is left alone: %s",
    async (type, payload) => {
      expect(await acrossChange(type, payload, [nas(sockets[1])])).toMatchObject({
        type: "attempt-failed",
        retryable: false,
        error: {
          code: "engine-changed",
          message: expect.stringMatching(/^Another engine answers for host nas/) as string,
        },
      });
      expect(touched()).toEqual([]);
    },
    90_000,
  );

  it.each(RUNS)(
    "ends in one sentence when it is gone from the hosts file: %s",
    async (type, payload) => {
      expect(await acrossChange(type, payload, [])).toMatchObject({
        type: "attempt-failed",
        retryable: false,
        error: { code: "unknown-host", message: 'This runner knows no host "nas"; it knows local.' },
      });
      expect(touched()).toEqual([]);
    },
    90_000,
  );
});
