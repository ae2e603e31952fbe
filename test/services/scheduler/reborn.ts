import type { RecordKind } from "#schema/record.ts";
import { nothingRecovered, runnerNotes, take } from "../../../services/scheduler/recovery/recovered.ts";
import type { Register } from "../../../services/scheduler/records.ts";
import { anAuthority } from "./an-authority.ts";

type World = ReturnType<typeof anAuthority>;

/** Another scheduler, which has read what the first one stored and writes on from there. */
export const reborn = ({ paper, time }: Pick<World, "paper" | "time">): World => {
  const world = anAuthority(10, paper);
  world.time.now = time.now;
  const { tasks, runners, records } = world.authority;
  const recovered = nothingRecovered();
  for (const { fact, seq, hash } of paper.written) take(recovered, fact, { seq, hash });
  for (const { fact, seq } of runnerNotes(recovered)) runners.adopt(fact, seq);
  for (const { about, after } of recovered.records.values())
    if (after) (records[about.kind] as Register<RecordKind>).adopt(about.id, after);
  for (const settled of recovered.settled.values()) tasks.bury(settled);
  for (const { task, hash } of recovered.live.values()) tasks.adopt(task, hash);
  return world;
};
