/** `npm run bench:containers`: the same containers stopped by Longshore and by `xargs docker stop`, turn and turn about. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { follow } from "#infra/nats/follow.ts";
import { ask } from "#infra/nats/serve.ts";
import { CAPABILITIES } from "#schema/policy.ts";
import { commandSubject, JOURNAL } from "#schema/subjects.ts";
import type { WishReply } from "#schema/wishes.ts";
import { startContainers, type TestContainers } from "../support/containers.ts";
import { startLongshore } from "./longshore.ts";
import { describeHost } from "./machine.ts";
import { buildProduct } from "./program.ts";
import { median } from "./statistics.ts";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "200" },
    rounds: { type: "string", default: "5" },
    lanes: { type: "string", default: "8" },
  },
});
const [count, rounds, lanes] = [Number(values.count), Number(values.rounds), Number(values.lanes)];
const by = { actor: { kind: "user", id: "bench" }, capabilities: CAPABILITIES } as const;

type Way = (containers: TestContainers) => Promise<void>;

/** Milliseconds until the last of them has stopped, as the engine itself says afterwards. */
const timed = async (way: Way, containers: TestContainers): Promise<number> => {
  await containers.startAll();
  const began = performance.now();
  await way(containers);
  const took = performance.now() - began;
  const running = [...(await containers.states()).values()].filter((state) => state !== "exited").length;
  if (running > 0) throw new Error(`${running} containers have not stopped`);
  return took;
};

const byXargs: Way = async ({ names }) => {
  const xargs = spawn("xargs", ["-P", String(lanes), "-n", "1", "docker", "stop"], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  xargs.stdin.end(names.join("\n"));
  const [code] = (await once(xargs, "exit")) as [number | null];
  if (code !== 0) throw new Error(`xargs ended with ${code}`);
};

/** From the wish to the `completed` fact in the journal, all items recorded. */
const byLongshore = async (longshore: Awaited<ReturnType<typeof startLongshore>>) => {
  const { connection } = longshore;
  let settled: () => void = () => undefined;
  const reading = await follow(connection, {
    stream: JOURNAL,
    from: 1,
    filter: "task.*.completed.*",
    each: () => settled(),
    failed: (error) => {
      throw error;
    },
  });
  let wishes = 0;
  const way: Way = async ({ names }) => {
    const done = new Promise<void>((resolve) => (settled = resolve));
    const task = {
      type: "docker.containers",
      payload: { action: "stop", ids: [...names], concurrency: lanes },
    };
    const wish = { id: `containers-${(wishes += 1)}`, by, task };
    const reply = await ask<WishReply>(connection, commandSubject("submit"), wish, 60_000);
    if (!reply.ok) throw new Error(`${reply.code}: ${reply.message}`);
    await done;
  };
  return { way, stop: () => reading.stop() };
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const run = async (): Promise<void> => {
  const longshore = await startLongshore({ program: await buildProduct(), atOnce: 10 });
  const bulk = await byLongshore(longshore);
  const containers = await startContainers(count);
  const pairs: { ours: number; theirs: number }[] = [];
  try {
    // What is compiled and connected at the first use is not what is measured.
    await timed(bulk.way, containers);
    for (let round = 1; round <= rounds; round += 1) {
      // Who goes first changes, so that a noisy minute favours nobody.
      const ours = round % 2 === 1 ? await timed(bulk.way, containers) : undefined;
      const theirs = await timed(byXargs, containers);
      pairs.push({ ours: ours ?? (await timed(bulk.way, containers)), theirs });
      const { ours: mine } = pairs.at(-1) ?? { ours: 0 };
      say(`round ${round}: Longshore ${Math.round(mine)} ms, xargs ${Math.round(theirs)} ms`);
    }
  } finally {
    await containers.remove();
    await bulk.stop();
    await longshore.stop();
  }
  const [ours, theirs] = [median(pairs.map((pair) => pair.ours)), median(pairs.map((pair) => pair.theirs))];
  say(`${describeHost()}; ${count} containers, ${lanes} at once, medians of ${rounds} pairs`);
  say(`Longshore ${Math.round(ours)} ms, xargs -P ${lanes} docker stop ${Math.round(theirs)} ms`);
  say(
    `ratio of medians ${(ours / theirs).toFixed(2)}, median of ratios ${median(pairs.map((pair) => pair.ours / pair.theirs)).toFixed(2)}`,
  );
};

try {
  await run();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}
