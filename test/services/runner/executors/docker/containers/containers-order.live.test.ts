import Docker from "dockerode";
import { afterEach, describe, expect, it } from "vitest";
import { lacks } from "../../../../../support/needs.ts";
import { type BulkGround, bulkGround } from "../bulk/a-bulk-ground.ts";

/** Each needs the one before it; the first is healthy only a while after its start. */
const SERVICES = ["db", "api", "web"] as const;
const HEALTHCHECK = {
  Test: ["CMD-SHELL", "[ -e /healthy ]"],
  Interval: 300_000_000,
  Retries: 1_000,
};
const slowlyHealthy = (afterS: number): string =>
  ['rm -f /healthy; trap "exit 0" TERM', `sleep ${afterS} & wait; : > /healthy; sleep 86400 & wait`].join(
    "; ",
  );

describe.skipIf(lacks.docker)("containers of one compose project", () => {
  const docker = new Docker();
  let ground: BulkGround;
  const begin = async (healthyAfterS: number): Promise<void> => {
    ground = await bulkGround(SERVICES.length, {
      like: (index) => ({
        Labels: {
          "com.docker.compose.project": "shop",
          "com.docker.compose.service": SERVICES[index] ?? "",
          "com.docker.compose.depends_on": index === 0 ? "" : `${SERVICES[index - 1]}:service_healthy:false`,
        },
        ...(index === 0
          ? { Cmd: ["/bin/sh", "-c", slowlyHealthy(healthyAfterS)], Healthcheck: HEALTHCHECK }
          : {}),
      }),
    });
  };
  afterEach(() => ground.end(), 60_000);

  const times = async (which: "StartedAt" | "FinishedAt"): Promise<number[]> =>
    Promise.all(
      ground.containers.names.map(async (name) =>
        Date.parse((await docker.getContainer(name).inspect()).State[which]),
      ),
    );
  /** Of one that is there to be read: whoever depends on it has waited so long. */
  const run = async (action: string): Promise<void> => {
    const task = await ground.runs.settled(await ground.begin(action), 120_000);
    expect(task.context.counts).toMatchObject({ done: SERVICES.length, failed: 0 });
  };

  it("are stopped dependants first, and started only when what they need is healthy", async () => {
    const healthyAfterS = 2;
    await begin(healthyAfterS);
    await run("stop");
    const [db = 0, api = 0, web = 0] = await times("FinishedAt");
    expect(web).toBeLessThan(api);
    expect(api).toBeLessThan(db);
    await run("start");
    const [dbUp = 0, apiUp = 0, webUp = 0] = await times("StartedAt");
    expect(apiUp - dbUp).toBeGreaterThan(healthyAfterS * 1_000);
    expect(webUp).toBeGreaterThan(apiUp);
  }, 120_000);

  it("are not waited for once the run is cancelled", async () => {
    await begin(120);
    await run("stop");
    const id = await ground.begin("start");
    await ground.runs.doneAtLeast(id, 1);
    await ground.peer.fact(id, { type: "cancel-requested" });
    const task = await ground.runs.settled(id, 30_000);
    expect(task.state).toBe("cancelled");
    expect(task.context.counts.done).toBe(1);
  }, 120_000);
});
