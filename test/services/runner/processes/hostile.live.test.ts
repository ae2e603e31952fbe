import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { probeGroups } from "../../../../services/runner/groups/probe.ts";
import { processesNaming } from "../../../support/processes.ts";
import { until } from "../../../support/until.ts";
import { type Ground, startGround, usable } from "../a-ground.ts";

const AT_ONCE = 20;
const STUBBORN = `trap "" TERM; while :; do /bin/sleep 0.3; done`;
/** Each generation starts the next in a session of its own and ends. */
const FORKING_ON = `trap "" TERM; /bin/sleep 0.2; /usr/bin/setsid /bin/sh -c "$0" "$0" "$1" &`;

/** Ignores TERM, flees into other sessions by forking twice, and forks on. `clear`: what forgets its environment. */
const hostile = (tag: string, clear: string): string[] => [
  "sh",
  "-c",
  `trap "" TERM
   ( ${clear} /usr/bin/setsid /bin/sh -c '( ${STUBBORN} ) & exit' fled ${tag} & )
   setsid sh -c '${STUBBORN}' stubborn ${tag} &
   ${clear} sh -c "$1" "$1" ${tag} &
   echo up; ${STUBBORN}`,
  tag,
  FORKING_ON,
];

const KINDS = usable(["cgroup1", "cgroup2", "soft"]);

const CHOSEN = probeGroups("hostile:0", "auto").kind;

describe.each(KINDS)("hostile trees in %s groups", (kind) => {
  let ground: Ground;
  const tag = `hostile-${randomUUID()}`;
  const clear = kind === "soft" ? "" : "env -i PATH=/usr/bin:/bin";

  beforeAll(async () => {
    ground = await startGround({ LONGSHORE_GROUPS: kind, LONGSHORE_SLOTS: String(AT_ONCE) });
  }, 60_000);
  afterAll(() => ground.stop());

  const beginMany = async (): Promise<string[]> => {
    const ids = await Promise.all(
      Array.from({ length: AT_ONCE }, () =>
        ground.begin("command", { command: hostile(tag, clear), limits: { pids: 200 } }),
      ),
    );
    for (const id of ids) await ground.said(id, /up/);
    // Of each: itself, who fled, who is stubborn, and one generation of those who fork on.
    await until("all are at it", () => processesNaming(tag).length >= AT_ONCE * 4, 30_000);
    return ids;
  };

  // A hundred with the groups a runner would choose here; with the others a look.
  const rounds = kind === CHOSEN ? 5 : 1;
  it(`${rounds * AT_ONCE} of them leave nothing alive within five seconds of their grace when they are cancelled`, async () => {
    for (let round = 0; round < rounds; round += 1) {
      const ids = await beginMany();
      const asked = performance.now();
      for (const id of ids) await ground.peer.fact(id, { type: "cancel-requested" });
      for (const id of ids) expect(await ground.settled(id)).toBe("cancelled");
      expect(processesNaming(tag)).toEqual([]);
      expect(performance.now() - asked).toBeLessThan(10_000);
    }
    // Nor does anything come back.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(processesNaming(tag)).toEqual([]);
  }, 300_000);

  it("are found and ended by the next runner when runner and slots were killed", async () => {
    await beginMany();
    const slots = childrenOf(ground.runner.pid);
    for (const pid of slots) process.kill(pid, "SIGSTOP");
    await ground.runner.kill9();
    for (const pid of slots) process.kill(pid, "SIGKILL");
    expect(processesNaming(tag).length, "nobody is left who could end them").toBeGreaterThan(0);
    await ground.restart();
    expect(processesNaming(tag)).toEqual([]);
  }, 120_000);
});

const childrenOf = (pid: number): number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );

describe("what no groups cannot do", () => {
  it("is to find who dropped both environment and parents: it is said so, and so it is", async () => {
    const ground = await startGround({ LONGSHORE_GROUPS: "soft" });
    const tag = `fled-${randomUUID()}`;
    try {
      expect(ground.peer.hellos[0]?.isolation?.message).toContain("escapes pause and cancel");
      const flee = `( env -i /usr/bin/setsid /bin/sh -c '( ${STUBBORN} ) & exit' fled ${tag} & ) ; echo up; sleep 60`;
      const id = await ground.begin("command", { command: ["sh", "-c", flee] });
      await ground.said(id, /up/);
      await until("it has fled", () => processesNaming(tag).some((line) => line.includes("fled fled-")));
      await ground.peer.fact(id, { type: "cancel-requested" });
      await ground.settled(id);
      expect(processesNaming(tag)).toHaveLength(1);
    } finally {
      for (const pid of pidsNaming(tag)) process.kill(pid, "SIGKILL");
      await ground.stop();
    }
  }, 60_000);
});

const pidsNaming = (text: string): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(text);
      } catch {
        return false;
      }
    });
