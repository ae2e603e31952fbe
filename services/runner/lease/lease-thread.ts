/**
 * Renews the runner's lease from a thread of its own, so that a blocked event loop is not taken for a dead runner; and
 * stops all work by itself when the renewals are not answered, so that a cut-off runner never acts beside its successor.
 */
import { parentPort, workerData } from "node:worker_threads";
import { connectNats } from "#infra/nats/connect.ts";
import { ask } from "#infra/nats/serve.ts";
import { LEASE, type LeaseRenewal, type ReportReply } from "#schema/reports.ts";
import { reportSubject } from "#schema/subjects.ts";
import type { FromLease, LeaseSetup, ToLease } from "./lease-protocol.ts";
import type { Seen } from "../processes/process-scan.ts";
import { resumeProcesses, stopTree } from "../processes/process-tree.ts";

const LOOK_EVERY_MS = 100;

const setup = workerData as LeaseSetup;
const connection = await connectNats({ url: setup.url, seedFile: setup.seedFile, user: "runner" });

let boot: string | null = null;
/** When the last renewal that was answered was sent. */
let renewedAt = performance.now();
let lastSent = 0;
const word = new Int32Array(setup.frozen);
let frozen = false;
let stopped: Seen[] = [];

const say = (message: FromLease): void => parentPort?.postMessage(message);

const freeze = (): void => {
  if (!frozen) {
    frozen = true;
    // First of all, so that nothing is begun or said while the work is being stopped.
    Atomics.store(word, 0, 1);
    say({ kind: "frozen" });
  }
  // Again on every look: what is begun in the moment of freezing must not slip through.
  stopped = [...stopped, ...stopTree(setup.mark)];
};

const thaw = (): void => {
  if (!frozen) return;
  frozen = false;
  Atomics.store(word, 0, 0);
  resumeProcesses(stopped);
  stopped = [];
  say({ kind: "live" });
};

const renew = async (renewing: string): Promise<void> => {
  const sentAt = performance.now();
  const renewal: LeaseRenewal = { runner: setup.runner, boot: renewing };
  let reply: ReportReply;
  try {
    reply = await ask(connection, reportSubject(setup.runner, "lease"), renewal, LEASE.freezeMs);
  } catch {
    // No answer is what the look below is for.
    return;
  }
  if (boot !== renewing) return;
  if (reply.ok) {
    renewedAt = Math.max(renewedAt, sentAt);
    if (performance.now() - renewedAt < LEASE.freezeMs) thaw();
  } else if (reply.code === "unknown-runner") {
    boot = null;
    freeze();
    say({ kind: "lost", boot: renewing });
  }
};

parentPort?.on("message", (message: ToLease) => {
  boot = message.boot;
  lastSent = 0;
  renewedAt = performance.now();
  if (boot !== null) thaw();
});

setInterval(() => {
  if (boot === null) return;
  const now = performance.now();
  if (now - lastSent >= LEASE.renewMs) {
    lastSent = now;
    void renew(boot);
  }
  if (now - renewedAt >= LEASE.freezeMs) freeze();
}, LOOK_EVERY_MS);
