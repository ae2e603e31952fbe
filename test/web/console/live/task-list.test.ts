import { expect, test, vi } from "vitest";
import type { Page, TaskSummary } from "#schema/api.ts";
import { summaryOf } from "#schema/task.summary.ts";
import type { TaskFilter } from "../../../../web/console/src/live/task-filter.ts";
import { TaskList } from "../../../../web/console/src/live/task-list.ts";
import { TaskStore } from "../../../../web/console/src/live/task-store.ts";
import { anAssignment } from "../../../support/a-journal.ts";
import { ToldJournal } from "../told-facts.ts";

/** A list over a journal: `tell` passes on what happened since, `wait` lets time pass. */
const listOver = (journal: ToldJournal, filter: TaskFilter, pages?: () => Page<TaskSummary>) => {
  const store = new TaskStore({ fetchTask: () => Promise.resolve(null), schedule: (flush) => flush() });
  let now = 0;
  const planned: { at: number; run: () => void }[] = [];
  const list = new TaskList(store, filter, {
    fetchPage: () => Promise.resolve(pages?.() ?? { items: [], asOf: 0 }),
    now: () => now,
    later: (run, ms) => planned.push({ at: now + ms, run }),
  });
  store.startAt(0);
  list.open();
  let heard = 0;
  return {
    store,
    list,
    ids: () => list.view().rows.map(({ id }) => id),
    tell: () => {
      for (const { seq, fact } of journal.told.slice(heard)) store.applyFact(seq, fact);
      heard = journal.told.length;
    },
    wait: (ms: number) => {
      now += ms;
      for (const { run } of planned.filter(({ at }) => at <= now)) run();
    },
  };
};

test("new tasks come to the top by themselves, in the order they were born", async () => {
  const journal = new ToldJournal();
  const { list, ids, tell } = listOver(journal, {});
  await list.load();
  journal.submit("first");
  journal.submit("second");
  tell();
  expect(ids()).toEqual(["second", "first"]);
});

test("while somebody points at the list nothing comes and nothing goes", async () => {
  const journal = new ToldJournal();
  journal.submit("a");
  const { list, ids, tell, wait } = listOver(journal, { state: "waiting" });
  await list.load();
  tell();
  list.hold(true);
  journal.submit("b");
  journal.happen("a", anAssignment());
  tell();
  wait(60_000);
  expect(ids()).toEqual(["a"]);
  expect(list.view().fresh).toBe(1);
  list.reveal();
  expect(ids()).toEqual(["b", "a"]);
  list.hold(false);
  expect(ids()).toEqual(["b"]);
});

test("a row that no longer fits stays a moment, marked as leaving, and is back at once if it fits again", async () => {
  const journal = new ToldJournal();
  journal.submit("a");
  const { list, ids, tell, wait } = listOver(journal, { state: "waiting" });
  await list.load();
  tell();
  journal.happen("a", anAssignment());
  tell();
  expect(list.view().rows).toEqual([{ id: "a", leaving: true }]);
  journal.happen("a", { type: "unclaimed" });
  tell();
  expect(list.view().rows).toEqual([{ id: "a", leaving: false }]);
  wait(60_000);
  expect(ids()).toEqual(["a"]);
  journal.happen("a", anAssignment(2));
  tell();
  wait(60_000);
  expect(ids()).toEqual([]);
});

test("a failed load is a failure and not an empty list, and trying again loads", async () => {
  const journal = new ToldJournal();
  const answer = vi.fn<() => Page<TaskSummary>>();
  answer.mockImplementationOnce(() => {
    throw new Error("history is being caught up");
  });
  answer.mockImplementation(() => ({ items: [], asOf: 0 }));
  const { list } = listOver(journal, {}, answer);
  await list.load().catch(() => undefined);
  expect(list.view().status).toBe("failed");
  await list.load();
  expect(list.view().status).toBe("ready");
});

test("a task older than the loaded pages waits for its page", async () => {
  const journal = new ToldJournal();
  journal.submit("old");
  journal.submit("new");
  const newest = summaryOf(journal.whole("new"), null);
  const { list, ids, tell } = listOver(journal, {}, () => ({
    items: [newest],
    next: "older",
    asOf: journal.seq,
  }));
  await list.load();
  tell();
  journal.happen("old", anAssignment());
  tell();
  expect(ids()).toEqual(["new"]);
  expect(list.view().more).toBe(true);
});

test("after a reset the list is loaded anew", async () => {
  const journal = new ToldJournal();
  const pages = vi.fn((): Page<TaskSummary> => ({ items: [], asOf: 0 }));
  const { store, list } = listOver(journal, {}, pages);
  await list.load();
  store.reset(10);
  await vi.waitFor(() => expect(pages).toHaveBeenCalledTimes(2));
});
