/** A run over images and volumes whose rows hold whatever a row of items can hold. */
import type { Plan } from "#schema/items.ts";
import type { AJournal } from "../../support/a-journal.ts";
import { aRun, ENGINE } from "./a-run.ts";

/** An id as long as the engine's. */
export const idOf = (kind: string, index: number): string => `${kind}${index}`.padStart(64, "0");

/** Three images and three volumes: each sort deleted, left and failed once; one name is a formula, one has all that is to quote. */
export const MIXED: Plan = {
  engine: ENGINE,
  items: [
    { kind: "image", id: `sha256:${idOf("a", 1)}`, name: "=cmd|calc", bytes: 100, why: "Nothing uses it." },
    {
      kind: "image",
      id: `sha256:${idOf("a", 2)}`,
      name: 'shop "web", old\nline',
      bytes: 200,
      usedBy: ["x", "y"],
    },
    {
      kind: "image",
      id: `sha256:${idOf("a", 3)}`,
      name: "größe",
      bytes: 300,
      skip: "In use.",
      rule: "in-use",
    },
    { kind: "volume", id: "data", name: "data", bytes: 10 },
    { kind: "volume", id: "cache", name: "cache_100%", bytes: 20 },
    { kind: "volume", id: "rest", name: "rest" },
  ],
};

export const mixedRun = (journal: AJournal, name = "Prune: weekly / all"): Promise<string> =>
  aRun(journal, {
    definition: { type: "docker.system.prune", name, payload: { value: {} } },
    plan: MIXED,
    results: [
      { index: 0, outcome: "done", freed: 90, answer: "200 deleted 2", ms: 5 },
      { index: 1, outcome: "failed", code: "conflict", message: "It is used." },
      { index: 2, outcome: "skipped", code: "in-use", message: "In use." },
      { index: 3, outcome: "done", freed: 10, answer: "204" },
      { index: 4, outcome: "unchanged", code: "gone" },
    ],
  });
