import type { Command } from "commander";
import { type Fact, isRecordFact, isRunnerFact, isTaskFact } from "#schema/envelope.ts";
import { type Desk, deskOf } from "./desk.ts";
import { listen } from "./listen.ts";
import { readWhole } from "./reading.ts";
import { endOf } from "./settled.ts";
import { cut, oneLine } from "./table.ts";
import { clock } from "./task-lines.ts";

const subjectOf = (fact: Fact): string => {
  if (isTaskFact(fact)) return `task ${fact.taskId}`;
  if (isRecordFact(fact)) return `${fact.about.kind} ${fact.about.id}`;
  return isRunnerFact(fact) ? `runner ${fact.runner}` : "scheduler";
};

/** `12 2026-11-21 10:15:00Z task 0193… queued → running.working started by runner local` */
const factLine = (seq: number, fact: Fact): string => {
  const way = isTaskFact(fact) ? ` ${fact.from} → ${fact.to}` : "";
  const why = fact.reason === null ? "" : `: ${fact.reason}`;
  const by = `${fact.actor.kind} ${fact.actor.id}`;
  return oneLine(`${seq} ${clock(fact.at)} ${subjectOf(fact)} ${fact.type}${way} by ${by}${why}`);
};

const print = ({ screen }: Desk, seq: number, fact: Fact): void => {
  if (screen.json) screen.value({ seq, fact });
  else screen.line(cut(factLine(seq, fact), screen.width));
};

const sayTrimmed = ({ screen }: Desk, asOf: number): void =>
  screen.note(`Facts up to ${asOf} cannot be told here: the events of each task have them.`);

const watchAll = async (desk: Desk, from: number | null): Promise<void> => {
  // The stream would try a server that is not there for ever.
  await desk.client.me();
  await listen<void>(desk, from === null ? {} : { after: from }, () => {
    const tell = (seq: number, fact: Fact): void => print(desk, seq, fact);
    return { fact: tell, record: tell, reset: (asOf) => sayTrimmed(desk, asOf) };
  });
};

const watchTask = async (desk: Desk, id: string, from: number | null): Promise<void> => {
  const task = await desk.client.task(id);
  const after = from ?? task.seq;
  if (task.tag === "settled" && after >= task.seq)
    return desk.screen.note(`Nothing more comes: task ${id} is ${task.state}.`);
  await listen<void>(desk, { after }, (finish) => {
    const end = endOf(desk, id, finish);
    return {
      fact: (seq, fact) => {
        if (!isTaskFact(fact) || fact.taskId !== id) return;
        print(desk, seq, fact);
        // A task that was settled and revived before is not at its end yet.
        if (seq >= task.seq) end.heed(fact);
      },
      reset: (asOf) => {
        sayTrimmed(desk, asOf);
        void end.look();
      },
    };
  });
};

export const addWatchCommand = (program: Command): void => {
  program
    .command("watch")
    .description("every fact as it comes; of one task, until it is settled")
    .argument("[id]")
    .option("--after <seq>", "also the facts after this journal sequence", readWhole)
    .action((id: string | undefined, { after }: { after?: number }, command: Command) =>
      id === undefined
        ? watchAll(deskOf(command), after ?? null)
        : watchTask(deskOf(command), id, after ?? null),
    );
};
