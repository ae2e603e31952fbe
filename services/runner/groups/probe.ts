import { join, relative } from "node:path";
import { GROUP_PARENT } from "../processes/marks.ts";
import { makeFolder, readControl, writeControl } from "./control-files.ts";
import type { GroupSite, GroupsKind } from "./groups.ts";
import { boundHostShareV1 } from "./v1.ts";
import { boundHostShareV2 } from "./v2.ts";

const LIMITING = ["cpu", "memory", "pids"] as const;

interface Mount {
  readonly root: string;
  readonly at: string;
  readonly kind: string;
  readonly options: readonly string[];
}

const mountsIn = (text: string): Mount[] =>
  text.split("\n").flatMap((line) => {
    const [left = "", right = ""] = line.split(" - ");
    const [, , , root = "", at = ""] = left.split(" ");
    const [kind = "", , options = ""] = right.split(" ");
    return kind.startsWith("cgroup") ? [{ root, at, kind, options: options.split(",") }] : [];
  });

/** This process's group in the hierarchy of a controller; the empty name is version 2's. */
const ownGroup = (text: string, controller: string): string | undefined =>
  text
    .split("\n")
    .map((line) => /^\d+:([^:]*):(.*)$/.exec(line))
    .find((found) => (found?.[1] ?? "").split(",").includes(controller))?.[2];

/** Where a group is found on a mount that may itself show only a part of the hierarchy. */
const placeOf = ({ root, at }: Mount, group: string): string => {
  const below = relative(root, group);
  return below.startsWith("..") ? at : join(at, below);
};

const siteV1 = (mounts: readonly Mount[], groups: string, runner: string): GroupSite | undefined => {
  const folders: Record<string, string> = {};
  for (const controller of [...LIMITING, "freezer"]) {
    const mount = mounts.find(({ kind, options }) => kind === "cgroup" && options.includes(controller));
    const group = ownGroup(groups, controller);
    if (!mount || group === undefined) continue;
    const folder = join(placeOf(mount, group), GROUP_PARENT, runner);
    if (makeFolder(folder) && readControl(join(folder, "tasks")) !== null) folders[controller] = folder;
  }
  if (folders["freezer"] === undefined) return undefined;
  if (folders["cpu"] !== undefined) boundHostShareV1(folders["cpu"]);
  return { kind: "cgroup1", folders, controllers: Object.keys(folders), message: "" };
};

const siteV2 = (mounts: readonly Mount[], groups: string, runner: string): GroupSite | undefined => {
  const mount = mounts.find(({ kind }) => kind === "cgroup2");
  const group = ownGroup(groups, "");
  if (!mount || group === undefined) return undefined;
  const base = placeOf(mount, group);
  const folder = join(base, GROUP_PARENT, runner);
  if (!makeFolder(folder)) return undefined;
  // Both came with Linux 5.14 at the latest.
  if (readControl(join(folder, "cgroup.freeze")) === null) return undefined;
  const offered = (readControl(join(base, "cgroup.controllers")) ?? "").split(" ");
  const controllers = LIMITING.filter(
    (name) =>
      offered.includes(name) &&
      [base, join(base, GROUP_PARENT), folder].every((path) =>
        writeControl(join(path, "cgroup.subtree_control"), `+${name}`),
      ),
  );
  if (controllers.includes("cpu")) boundHostShareV2(folder);
  return { kind: "cgroup2", folders: { all: folder }, controllers: [...controllers, "freezer"], message: "" };
};

const AT_LIMITS: Record<(typeof LIMITING)[number], string> = {
  cpu: "processor time only by low priority",
  memory: "memory by a look every second",
  pids: "the number of processes by a look every second",
};

const messageOf = ({ kind, controllers }: Omit<GroupSite, "message">): string => {
  const missing = LIMITING.filter((name) => !controllers.includes(name)).map((name) => AT_LIMITS[name]);
  if (kind === "soft")
    return `No control groups may be used here: limits are kept late (${missing.join(", ")}), and a process that drops its environment and its parents escapes pause and cancel.`;
  const version = kind === "cgroup2" ? "version 2" : "version 1";
  const all = `Every attempt has a control group (${version}) of its own`;
  return missing.length === 0 ? `${all}.` : `${all}, but limits are kept late: ${missing.join(", ")}.`;
};

/** `auto` takes the best there is; a kind that is named is taken or, when it cannot be used, `soft`. */
export type GroupsWish = "auto" | GroupsKind;

/** Finds out which control groups this process may make, and makes the runner's own folder. `proc` is where the kernel tells of them. */
export const probeGroups = (runner: string, wish: GroupsWish = "auto", proc = "/proc/self"): GroupSite => {
  const mounts = mountsIn(readControl(join(proc, "mountinfo")) ?? "");
  const groups = readControl(join(proc, "cgroup")) ?? "";
  const wanted = (kind: GroupsKind): boolean => wish === "auto" || wish === kind;

  const v2 = wanted("cgroup2") ? siteV2(mounts, groups, runner) : undefined;
  const full = v2?.controllers.includes("memory") === true;
  const v1 = wanted("cgroup1") && !full ? siteV1(mounts, groups, runner) : undefined;
  // Version 2 without controllers still freezes and kills; version 1 with them does more.
  const found = v1 ?? v2 ?? { kind: "soft" as const, folders: {}, controllers: [] };
  return { ...found, message: messageOf(found) };
};
