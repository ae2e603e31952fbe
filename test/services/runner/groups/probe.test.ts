import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { openGroups } from "../../../../services/runner/groups/open-groups.ts";
import { probeGroups } from "../../../../services/runner/groups/probe.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

/** Files that look like what a kernel offers: what is written to them is all that happens. */
let proc: string;
let mount: string;
beforeEach(() => {
  const root = temporaryFolder("groups");
  [proc, mount] = [join(root, "proc"), join(root, "cgroup")];
  mkdirSync(proc);
});

const put = (path: string, text = ""): void => {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
};
const read = (...names: string[]): string => readFileSync(join(mount, ...names), "utf8");

/** Version 2 as it is below a delegated service of systemd's. */
const fakeV2 = (controllers: string): void => {
  put(join(proc, "mountinfo"), `30 23 0:26 / ${mount} rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n`);
  put(join(proc, "cgroup"), "0::/system.slice/longshore.service\n");
  const base = join(mount, "system.slice", "longshore.service");
  put(join(base, "cgroup.controllers"), `${controllers}\n`);
  put(join(base, "longshore", "r:1", "cgroup.freeze"), "0\n");
};
const OURS = ["system.slice", "longshore.service", "longshore", "r:1"];

describe("version 2", () => {
  it("is used with all its controllers where they may be used, and leaves a fifth of the host", () => {
    fakeV2("cpuset cpu io memory pids");
    const site = probeGroups("r:1", "auto", proc);
    expect(site).toMatchObject({
      kind: "cgroup2",
      folders: { all: join(mount, ...OURS) },
      controllers: ["cpu", "memory", "pids", "freezer"],
      message: "Every attempt has a control group (version 2) of its own.",
    });
    expect(read(...OURS, "cpu.max")).toBe(`${availableParallelism() * 80_000} 100000`);
  });

  it("sets an attempt's limits, and lets nothing in before they are set", () => {
    fakeV2("cpu memory pids");
    const groups = openGroups(probeGroups("r:1", "auto", proc));
    const group = groups.open("a1", { cpus: 0.25, memoryBytes: 64e6, pids: 12 });
    const seen = group.start(() => ({
      memory: read(...OURS, "a1", "memory.max"),
      swap: read(...OURS, "a1", "memory.swap.max"),
      together: read(...OURS, "a1", "memory.oom.group"),
      cpu: read(...OURS, "a1", "cpu.max"),
      inside: read(...OURS, "a1", "cgroup.procs"),
    }));
    expect(seen).toEqual({
      memory: "64000000",
      swap: "0",
      together: "1",
      cpu: "25000 100000",
      inside: String(process.pid),
    });
    expect(read(...OURS, "a1", "pids.max")).toBe("12");
    expect(groups.names()).toEqual(["a1"]);
  });

  it("counts this process's own threads apart while it is inside", () => {
    fakeV2("cpu memory pids");
    const group = openGroups(probeGroups("r:1", "auto", proc)).open("a1", { pids: 12 });
    put(join(mount, ...OURS, "a1", "pids.current"), "11\n");
    expect(group.start(() => read(...OURS, "a1", "pids.max"))).toBe("23");
  });

  it("is back among the slots after a start, also after one that failed", () => {
    fakeV2("cpu memory pids");
    const groups = openGroups(probeGroups("r:1", "auto", proc));
    groups.settle();
    put(join(mount, ...OURS, "slots", "cgroup.procs"));
    const group = groups.open("a1", {});
    const fail = (): never => {
      throw new Error("no such program");
    };
    expect(() => group.start(fail)).toThrow("no such program");
    expect(read(...OURS, "slots", "cgroup.procs")).toBe(String(process.pid));
  });

  it("freezes, is believed only when the kernel confirms it, and kills what is in it", async () => {
    fakeV2("cpu memory pids");
    const group = openGroups(probeGroups("r:1", "auto", proc)).open("a1", {});
    put(join(mount, ...OURS, "a1", "cgroup.events"), "populated 1\nfrozen 1\n");
    expect(await group.freeze()).toBe(true);
    expect(read(...OURS, "a1", "cgroup.freeze")).toBe("1");
    put(join(mount, ...OURS, "a1", "cgroup.events"), "populated 1\nfrozen 0\n");
    expect(await group.freeze()).toBe(false);
    expect(read(...OURS, "a1", "cgroup.freeze")).toBe("0");
    put(join(mount, ...OURS, "a1", "cgroup.procs"), "101\n102\n");
    expect(group.kill()).toBe(2);
    expect(read(...OURS, "a1", "cgroup.kill")).toBe("1");
  });

  it("tells a kill for memory from others", () => {
    fakeV2("cpu memory pids");
    const group = openGroups(probeGroups("r:1", "auto", proc)).open("a1", { memoryBytes: 64e6 });
    put(join(mount, ...OURS, "a1", "memory.events"), "oom 1\noom_kill 0\noom_group_kill 0\n");
    expect(group.exceeded()).toBeUndefined();
    put(join(mount, ...OURS, "a1", "memory.events"), "oom 1\noom_kill 2\noom_group_kill 1\n");
    expect(group.exceeded()).toBe("memory");
  });

  it("says which limits are kept late where controllers are missing", () => {
    fakeV2("memory pids");
    expect(probeGroups("r:1", "auto", proc).message).toBe(
      "Every attempt has a control group (version 2) of its own, but limits are kept late: processor time only by low priority.",
    );
  });

  it("without a freezer is not used", () => {
    fakeV2("cpu memory pids");
    writeFileSync(join(proc, "cgroup"), "0::/other\n");
    expect(probeGroups("r:1", "auto", proc).kind).toBe("soft");
  });
});

const CONTROLLERS = ["cpu", "memory", "pids", "freezer"];
/** Version 1 as a container sees it: the mounts show its own part of the hierarchies only. */
const fakeV1 = (controllers: readonly string[]): void => {
  const line = (name: string): string =>
    `33 31 0:30 /docker/c1 ${join(mount, name)} rw - cgroup cgroup rw,${name}`;
  put(join(proc, "mountinfo"), `${controllers.map(line).join("\n")}\n`);
  put(join(proc, "cgroup"), controllers.map((name, at) => `${at + 1}:${name}:/docker/c1\n`).join(""));
  for (const name of controllers) put(join(mount, name, "longshore", "r:1", "tasks"));
};

describe("version 1", () => {
  it("is used below the part of the hierarchies that is mounted", () => {
    fakeV1(CONTROLLERS);
    const site = probeGroups("r:1", "auto", proc);
    expect(site.kind).toBe("cgroup1");
    expect(site.folders["memory"]).toBe(join(mount, "memory", "longshore", "r:1"));
    expect(read("cpu", "longshore", "r:1", "cpu.cfs_quota_us")).toBe(String(availableParallelism() * 80_000));
  });

  it("does without the controllers that are not there, and says so", () => {
    fakeV1(["freezer", "memory"]);
    const site = probeGroups("r:1", "auto", proc);
    expect(site.controllers).toEqual(["memory", "freezer"]);
    expect(site.message).toContain("processor time only by low priority, the number of processes by a look");
  });

  it("is nothing without a freezer", () => {
    fakeV1(["cpu", "memory", "pids"]);
    expect(probeGroups("r:1", "auto", proc).kind).toBe("soft");
  });
});

describe("no groups at all", () => {
  it("are what is left, and what can be wished for", () => {
    expect(probeGroups("r:1", "auto", proc)).toMatchObject({ kind: "soft", folders: {}, controllers: [] });
    fakeV2("cpu memory pids");
    expect(probeGroups("r:1", "soft", proc).kind).toBe("soft");
    expect(probeGroups("r:1", "cgroup1", proc).kind).toBe("soft");
    expect(existsSync(join(mount, "memory"))).toBe(false);
  });
});
