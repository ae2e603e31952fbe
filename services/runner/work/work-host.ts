/** Runs the jobs of a slot apart from it: in a worker thread, one after another, or in a process, one. */
import { parentPort } from "node:worker_threads";
import { adoptEnvironment } from "#infra/env.ts";
import type { FromSlot, ToSlot } from "../slots/slot-protocol.ts";
import { endWithParent } from "../processes/outlived.ts";
import { beginHere, type Work } from "./work.ts";

let work: Work | undefined;

const say = (message: FromSlot): void => {
  if (parentPort) parentPort.postMessage(message);
  else if (process.connected) process.send?.(message);
};

const hear = (message: ToSlot): void => {
  if (message.kind === "begin") {
    // What it starts carries the marks by which it is found again.
    adoptEnvironment(message.job.environment);
    work = beginHere(message.job, say);
  } else if (message.kind === "prepare") {
    for (const module of message.inThread) void import(module).catch(() => undefined);
  } else if (message.kind !== "examine" && message.kind !== "parcels") work?.hear(message);
};

if (parentPort) parentPort.on("message", hear);
else {
  endWithParent();
  process.on("message", hear);
  process.on("disconnect", () => process.exit(1));
}
