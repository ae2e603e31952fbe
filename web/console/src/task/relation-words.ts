import type { TaskDetail } from "#schema/api.ts";
import type { Requirements } from "#schema/task.definition.ts";
import { bytes, duration, number, plural } from "../show/words.ts";

/** Place and time the sentence itself does not name: `Position 14 of 60, about 3 min.` */
export const waitingDetails = ({ waiting, why }: Pick<TaskDetail, "waiting" | "why">): string => {
  const said = (waiting ?? "").toLowerCase();
  const parts: string[] = [];
  if (why?.position && !said.includes("position"))
    parts.push(`position ${number(why.position.position)} of ${number(why.position.of)}`);
  if (why !== null && why.etaMs !== null && !said.includes("about"))
    parts.push(`about ${duration(why.etaMs)}`);
  const text = parts.join(", ");
  return text === "" ? "" : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
};

/** `1 CPU, 512 MiB, zone=north` */
export const requirementWords = ({ cpus, memoryBytes, labels = {} }: Requirements): string =>
  [
    cpus === undefined ? "" : plural(cpus, "CPU"),
    memoryBytes === undefined ? "" : bytes(memoryBytes),
    ...Object.entries(labels).map(([key, value]) => `${key}=${value}`),
  ]
    .filter((word) => word !== "")
    .join(", ");

/** Whether there is anything to tell of a task's ties to others. */
export const hasRelations = (detail: TaskDetail): boolean =>
  detail.parent !== null ||
  detail.retryOf !== null ||
  detail.schedule !== null ||
  detail.concurrency !== null ||
  detail.requires !== null ||
  detail.after.length > 0 ||
  detail.locks.length > 0 ||
  [detail.followers, detail.children, detail.retries].some(({ items }) => items.length > 0);
