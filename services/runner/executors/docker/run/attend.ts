import type { IncomingMessage } from "node:http";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { excessEnding } from "../../../work/excess.ts";
import { type Ending, failed, type JobContext } from "../../../executor.ts";
import type { Limits } from "#schema/executor-type.ts";
import { createOutput } from "../../command/output.ts";
import type { Engine, Inspected } from "../engine/engine.ts";
import type { Host } from "../engine/host.ts";
import { createDemultiplexer, isFramed } from "./frames.ts";

/** StopTimeout and what the engine needs beside it. */
const STOP_MS = 30_000;
const ACT_MS = 15_000;
const LOOK_EVERY_MS = 250;
/** A host that left the network ends no stream: only asking shows what became of the container. */
const ASK_EVERY_MS = 10_000;
/** Output may still be on its way when the container has ended: as long as it comes, and this long after. */
const DRAIN_MS = 2_000;

interface Attended {
  readonly context: JobContext;
  readonly engine: Engine;
  readonly host: Host;
  readonly limits: Limits;
  readonly id: string;
  /** Its output comes as it would on a screen, all in one stream. */
  readonly hasTerminal: boolean;
}

/** Resolves with its last look; null when it is gone; undefined when the task is to stop while the engine is away. */
const untilEnded = async (
  { engine, host, id }: Attended,
  streamed: Promise<unknown>,
): Promise<Inspected | null | undefined> => {
  for (;;) {
    await Promise.race([streamed, sleep(ASK_EVERY_MS, undefined, { ref: false })]);
    const seen = await host.answered(() => engine.inspect(id));
    if (!seen?.State.Running) return seen;
    await sleep(LOOK_EVERY_MS);
  }
};

/** Resolves when the stream has ended or nothing comes any more. */
const untilQuiet = async (stream: NodeJS.ReadableStream, streamed: Promise<unknown>): Promise<void> => {
  let [open, heardAt] = [true, performance.now()];
  stream.on("data", () => {
    heardAt = performance.now();
  });
  void streamed.then(() => {
    open = false;
  });
  while (open && performance.now() - heardAt < DRAIN_MS) await Promise.race([streamed, sleep(LOOK_EVERY_MS)]);
};

/** TERM, and KILL after its StopTimeout; what is paused cannot hear either. */
const stop = async ({ engine, id, context }: Attended): Promise<void> => {
  await engine.act("unpause", id, { limitMs: ACT_MS }).catch(() => undefined);
  for (;;) {
    try {
      await engine.act("stop", id, { limitMs: STOP_MS });
      return;
    } catch (error) {
      const seen = await engine.inspect(id).catch(() => undefined);
      if (seen === null || seen?.State.Running === false) return;
      // It cannot be called cancelled before it is: an engine that is away is waited for.
      context.log(engine.explain(error));
      await engine.act("kill", id, { limitMs: ACT_MS }).catch(() => undefined);
      await sleep(1_000);
    }
  }
};

/** What is said to stand still must: an engine that does not answer is asked until it does. */
const setPaused = async ({ engine, id }: Attended, paused: boolean): Promise<void> => {
  for (;;) {
    try {
      await engine.act(paused ? "pause" : "unpause", id, { limitMs: ACT_MS });
      return;
    } catch {
      const seen = await engine.inspect(id).catch(() => undefined);
      if (seen === null || seen?.State.Running === false || seen?.State.Paused === paused) return;
      await sleep(LOOK_EVERY_MS);
    }
  }
};

const verdict = (seen: Inspected | null, lastLine: string, { context, limits }: Attended): Ending => {
  if (context.cancelled.aborted) return { type: "cancelled" };
  if (!seen) return failed("gone", "Its container was removed by somebody else.", false);
  const { ExitCode: code, OOMKilled: outOfMemory, Error: fault } = seen.State;
  if (outOfMemory) return excessEnding("memory", limits);
  if (code === 0) {
    const durationMs = Math.max(0, Date.parse(seen.State.FinishedAt) - Date.parse(seen.State.StartedAt));
    return { type: "completed", result: { exitCode: 0, durationMs } };
  }
  return failed(`exit-${code}`, lastLine || fault || `It ended with exit code ${code}.`, true);
};

/** Starts a made container, tells what it says, and watches it to its end, whichever way it ends. */
export const attend = async (attended: Attended): Promise<Ending> => {
  const { context, engine, host, limits, id, hasTerminal } = attended;
  const stdout = createOutput((text, dropped) => context.output("stdout", text, dropped), limits.outputBytes);
  const stderr = createOutput((text, dropped) => context.output("stderr", text, dropped), limits.outputBytes);

  // Before it is started, so that nothing it says is missed.
  const stream = await engine.attach(id);
  const type = (stream as Partial<IncomingMessage>).headers?.["content-type"];
  const systemerr = (bytes: Buffer): void => context.log(`The engine: ${bytes.toString().trim()}`);
  const demultiplex = createDemultiplexer({ stdout: stdout.take, stderr: stderr.take, systemerr });
  stream.on("data", isFramed(type, hasTerminal) ? demultiplex : stdout.take);
  stream.on("error", () => undefined);
  const streamed = once(stream, "close").catch(() => undefined);

  await host.answered(() => engine.act("start", id, { limitMs: ACT_MS }));
  let stopping: Promise<void> | undefined;
  const end = (): void => void (stopping ??= stop(attended));
  context.cancelled.addEventListener("abort", end, { once: true });
  if (context.cancelled.aborted) end();
  context.freezable({
    freeze: () => setPaused(attended, true),
    thaw: () => setPaused(attended, false),
  });

  const seen = await untilEnded(attended, streamed);
  await stopping;
  await untilQuiet(stream, streamed);
  (stream as Readable).destroy();
  stdout.end();
  stderr.end();
  return verdict(seen ?? null, stderr.lastLine, attended);
};
