import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { LABELS } from "../run/labels.ts";

export const PROTECT_LABEL = "longshore.protect";
export const COMPOSE_PROJECT = "com.docker.compose.project";
const ORCHESTRATED = [
  { label: "com.docker.swarm.task.id", by: "Docker Swarm" },
  { label: "com.docker.swarm.service.id", by: "Docker Swarm" },
  { label: "io.kubernetes.pod.uid", by: "Kubernetes" },
  { label: "io.kubernetes.pod.name", by: "Kubernetes" },
] as const;

type Labels = Readonly<Record<string, string>>;

/** The container this program runs in, if any, and what belongs with it. */
export interface Own {
  readonly ids: ReadonlySet<string>;
  readonly project: string | undefined;
}

/** Files the engine mounts into every container; on a host other lines also name containers, so only these count. */
const OWN_FILES: ReadonlySet<string> = new Set(["/etc/hostname", "/etc/hosts", "/etc/resolv.conf"]);

/** Ids found in /proc/self/mountinfo and /proc/self/cgroup of a process inside a container. */
export const ownIds = (mountinfo: string, cgroup: string): string[] => {
  const mounts = mountinfo.split("\n").flatMap((line) => {
    const [, , , root = "", mountPoint = ""] = line.split(" ");
    const id = /[/-]containers\/([0-9a-f]{64})\//.exec(root)?.[1];
    return id !== undefined && OWN_FILES.has(mountPoint) ? [id] : [];
  });
  const groups = cgroup
    .split("\n")
    .flatMap((line) => /[/-]([0-9a-f]{64})(?:\.scope)?$/.exec(line)?.[1] ?? []);
  return [...new Set([...mounts, ...groups])];
};

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

/** Finds ourselves among the engine's containers. */
export const findOwn = (containers: readonly { readonly Id: string; readonly Labels?: Labels }[]): Own => {
  const named = ownIds(read("/proc/self/mountinfo"), read("/proc/self/cgroup"));
  const host = hostname();
  const isOurs = (id: string): boolean =>
    named.includes(id) || (/^[0-9a-f]{12}$/.test(host) && id.startsWith(host));
  const own = containers.filter(({ Id }) => isOurs(Id));
  return {
    ids: new Set(own.map(({ Id }) => Id)),
    project: own.map(({ Labels }) => Labels?.[COMPOSE_PROJECT]).find((project) => project !== undefined),
  };
};

/** One sentence about why bulk actions leave this container alone, or null. */
export const protectionOf = (id: string, labels: Labels, own: Own): string | null => {
  if (own.ids.has(id)) return "Longshore itself runs in it.";
  if (own.project !== undefined && labels[COMPOSE_PROJECT] === own.project)
    return `It belongs to Longshore's own project "${own.project}".`;
  if (LABELS.attempt in labels) return "A task of Longshore runs in it.";
  const label = labels[PROTECT_LABEL];
  if (label !== undefined && label !== "false") return `It is labelled ${PROTECT_LABEL}.`;
  const orchestrated = ORCHESTRATED.find((entry) => entry.label in labels);
  return orchestrated ? `${orchestrated.by} manages it and would bring it back.` : null;
};
