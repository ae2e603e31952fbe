import type { Command } from "commander";
import type { RunnerRow } from "#schema/api.ts";
import type { QueueRow } from "#schema/record-api.ts";
import { TASK_STATES, type TaskState } from "#schema/task.evolve.ts";
import { type Desk, deskOf } from "./desk.ts";
import { type Column, table } from "./table.ts";
import { clock } from "./task-lines.ts";

type Counted = Pick<QueueRow, "id" | "counts">;

const sumOf = (queues: readonly Counted[]): Counted => ({
  id: "all",
  counts: Object.fromEntries(
    TASK_STATES.map((state) => [state, queues.reduce((sum, { counts }) => sum + (counts[state] ?? 0), 0)]),
  ),
});

const countColumn = (state: TaskState): Column<Counted> => ({
  title: state.toUpperCase(),
  text: ({ counts }) => String(counts[state] ?? 0),
  right: true,
});

/** A row for each queue and one for all, a column for each state that some task is in. */
export const countTable = (queues: readonly Counted[], width: number): string[] => {
  const all = sumOf(queues);
  const states = TASK_STATES.filter((state) => (all.counts[state] ?? 0) > 0);
  const name: Column<Counted> = { title: "QUEUE", text: ({ id }) => id, least: 8 };
  return table([name, ...states.map(countColumn)], [...queues, all], width);
};

const stats = async ({ client, screen }: Desk): Promise<void> => {
  const { items, asOf } = await client.queues.list();
  const counts = items.map((queue) => ({ id: queue.id, counts: queue.counts }));
  if (screen.json) return screen.value({ all: sumOf(counts).counts, queues: counts, asOf });
  for (const line of countTable(counts, screen.width)) screen.line(line);
};

const queueColumns: readonly Column<QueueRow>[] = [
  { title: "QUEUE", text: ({ id }) => id, least: 8 },
  { title: "STATE", text: ({ state }) => state },
  { title: "WAITING", text: ({ waiting }) => String(waiting), right: true },
  { title: "ACTIVE", text: ({ active }) => String(active), right: true },
  {
    title: "LIMIT",
    text: ({ concurrency }) => (concurrency === null ? "" : String(concurrency)),
    right: true,
  },
  { title: "RATE", text: ({ rate }) => (rate === null ? "" : `${rate.limit} per ${rate.perMs / 1000} s`) },
];

const runnerColumns: readonly Column<RunnerRow>[] = [
  { title: "RUNNER", text: ({ id }) => id, least: 8 },
  { title: "STATE", text: ({ state }) => state },
  { title: "BUSY", text: ({ busy, slots }) => `${busy}/${slots}`, right: true },
  { title: "HOST", text: ({ host }) => host, least: 8 },
  { title: "SINCE", text: ({ since }) => clock(since) },
  { title: "TYPES", text: ({ types }) => types.map(({ type }) => type).join(" "), least: 8 },
];

export const addOverviewCommands = (program: Command): void => {
  program
    .command("stats")
    .description("how many tasks are in each state, by queue")
    .action((_: object, command: Command) => stats(deskOf(command)));
  program
    .command("queues")
    .description("queues, their limits and how full they are")
    .action(async (_: object, command: Command) => {
      const { client, screen } = deskOf(command);
      const answer = await client.queues.list();
      if (screen.json) return screen.value(answer);
      for (const line of table(queueColumns, answer.items, screen.width)) screen.line(line);
    });
  program
    .command("runners")
    .description("who does the work")
    .action(async (_: object, command: Command) => {
      const { client, screen } = deskOf(command);
      const answer = await client.runners();
      if (screen.json) return screen.value(answer);
      for (const line of table(runnerColumns, answer.items, screen.width)) screen.line(line);
    });
};
