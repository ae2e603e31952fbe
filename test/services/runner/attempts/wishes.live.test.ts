import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { IllegalFact } from "#schema/task.evolve.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { markOf, RUNNER_MARK, runnerMark } from "../../../../services/runner/processes/marks.ts";
import { markedProcesses } from "../../../../services/runner/processes/process-scan.ts";
import { scratchPath } from "../../../../services/runner/processes/scratch.ts";
import { provisioned } from "../../../support/provisioned.ts";
import { startNats, type TestNats } from "../../../support/stack.ts";
import { openPeer, type Peer } from "../peer.ts";
import { type RunnerProcess, startRunnerProcess } from "../program.ts";

const SLOTS = 4;
let nats: TestNats;
let peer: Peer;
let runner: RunnerProcess;

beforeAll(async () => {
  nats = await provisioned(await startNats());
  peer = await openPeer(nats);
  runner = await startRunnerProcess(nats, { LONGSHORE_SLOTS: String(SLOTS) });
  await peer.until("hello", () => peer.hellos.length > 0);
});
afterAll(async () => {
  await runner.stop();
  await peer.close();
  await nats.stop();
});

const COMMANDS = {
  quick: "true",
  failing: "exit 7",
  short: "sleep 0.1",
  long: "sleep 300",
  forking: "( setsid sleep 300 & ) ; sleep 300 & sleep 300",
  chatty: "while :; do echo on; done",
} as const;
/** Numbers are pauses in ms. */
const WISHES = ["pause", "resume", "cancel", "lose", 0, 5, 60] as const;
type Wish = (typeof WISHES)[number];

const EVENTS: Record<Exclude<Wish, number>, TaskEvent> = {
  pause: { type: "pause-requested" },
  resume: { type: "resumed" },
  cancel: { type: "cancel-requested" },
  lose: { type: "attempt-lost", message: "by the test" },
};

/** What the chart does not allow now is refused, as the scheduler would. */
const wish = async (id: string, event: TaskEvent): Promise<void> => {
  try {
    await peer.fact(id, event);
  } catch (error) {
    if (!(error instanceof IllegalFact)) throw error;
  }
};
const assignIfQueued = async (id: string): Promise<void> => {
  if (peer.task(id).state !== "queued") return;
  await peer.assign(id).catch((error: unknown) => {
    if (!(error instanceof IllegalFact)) throw error;
  });
};

const play = async (command: keyof typeof COMMANDS, wishes: readonly Wish[]): Promise<string> => {
  const id = await peer.submit("command", { command: ["sh", "-c", COMMANDS[command]] });
  await peer.assign(id);
  for (const next of wishes) {
    if (typeof next === "number") await sleep(next);
    else await wish(id, EVENTS[next]);
    await assignIfQueued(id);
  }
  return id;
};

const ENDED = ["completed", "failed", "cancelled"];
const end = async (id: string): Promise<void> => {
  await wish(id, EVENTS.cancel);
  await wish(id, { type: "withdrawn" });
  await peer.until(`the end of ${id}, which is ${peer.task(id).state}`, () => {
    const { state } = peer.task(id);
    // A runner may give back or let go what was about to be cancelled.
    if (state === "queued" || state === "paused") void wish(id, { type: "withdrawn" });
    return ENDED.includes(state);
  });
};

/** Processes of this runner's work; its warm slots are not. */
const atWork = (): string[] =>
  markedProcesses(markOf(RUNNER_MARK, runnerMark("local", runner.data))).flatMap(({ pid }) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      return line.includes("runner-slot.js") ? [] : [`${pid} ${line}`];
    } catch {
      return [];
    }
  });

/** Folders that commands of this runner had of their own. */
const folders = (): string[] => {
  const start = scratchPath(runnerMark("local", runner.data), "");
  return readdirSync(dirname(start)).filter((name) => name.startsWith(basename(start)));
};

it("leaves no process, no folder and no slot behind, whatever is wished in whatever order", async () => {
  const seed = Date.now() % 2 ** 31;
  const sequence = fc.tuple(
    fc.constantFrom(...(Object.keys(COMMANDS) as (keyof typeof COMMANDS)[])),
    fc.array(fc.constantFrom(...WISHES), { minLength: 1, maxLength: 8 }),
  );
  const sequences = fc.sample(sequence, { numRuns: 30, seed });
  const lane = async (): Promise<void> => {
    for (let next = sequences.shift(); next !== undefined; next = sequences.shift()) {
      const id = await play(...next);
      await end(id).catch((error: unknown) => {
        const said = peer.task(id).reports.map(({ body, attempt }) => `${attempt}:${body.type}`);
        throw new Error(`${next.flat().join(", ")}; reported ${said.join(", ")}`, { cause: error });
      });
    }
  };
  await Promise.all([lane(), lane(), lane()]).catch((error: unknown) => {
    throw new Error(`with seed ${seed}`, { cause: error });
  });
  await peer.until(
    `nothing is left of it (seed ${seed}): ${atWork().join("; ")}`,
    () => atWork().length === 0,
  );

  await peer.until("no folder is left", () => folders().length === 0);

  const last = await Promise.all(
    Array.from({ length: SLOTS }, () => peer.submit("command", { command: ["sleep", "300"] })),
  );
  for (const id of last) await peer.assign(id);
  await peer.until(`all slots are free (seed ${seed})`, () =>
    last.every((id) => peer.task(id).state === "running.working"),
  );
  for (const id of last) await end(id);
  expect(atWork()).toEqual([]);
}, 60_000);

it("hears a cancel or a pause that comes before a new slot is ready for its work", async () => {
  const ids = await Promise.all(
    Array.from({ length: SLOTS }, () => peer.submit("command", { command: ["sleep", "300"] })),
  );
  for (const id of ids) await peer.assign(id);
  for (const [index, id] of ids.entries()) {
    await peer.until("it was started", () => peer.task(id).state === "running.working");
    await peer.fact(id, index % 2 === 0 ? EVENTS.cancel : EVENTS.pause);
  }
  const expected = ids.map((_, index) => (index % 2 === 0 ? "cancelled" : "paused"));
  await peer.until("all were heard", () => ids.every((id, index) => peer.task(id).state === expected[index]));
  for (const id of ids) await end(id);
  expect(atWork()).toEqual([]);
}, 30_000);
