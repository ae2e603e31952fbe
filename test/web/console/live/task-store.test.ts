import { expect, test, vi } from "vitest";
import type { TaskDetail } from "#schema/api.ts";
import { summaryOf } from "#schema/task.summary.ts";
import { RECORD_LIMIT } from "../../../../web/console/src/live/old-records.ts";
import { TaskStore } from "../../../../web/console/src/live/task-store.ts";
import { anAssignment } from "../../../support/a-journal.ts";
import { type Told, ToldJournal } from "../told-facts.ts";

const storeWith = (
  fetchTask: (id: string) => Promise<TaskDetail | null> = () => Promise.resolve(null),
): TaskStore => new TaskStore({ fetchTask, schedule: (flush) => flush() });

const tell = (store: TaskStore, facts: readonly Told[]): void => {
  for (const { seq, fact } of facts) store.applyFact(seq, fact);
};

test("a task born while we listen is folded from its first fact as the server folds it", () => {
  const journal = new ToldJournal();
  const store = storeWith();
  store.startAt(0);
  journal.begin("a");
  tell(store, journal.told);
  expect(store.get("a")?.folded).toEqual(journal.whole("a"));
  expect(store.get("a")?.summary.state).toBe("running.working");
});

test("facts told twice, and facts the answer already held, change nothing", () => {
  const journal = new ToldJournal();
  const store = storeWith();
  journal.begin("a");
  store.startAt(1);
  store.adoptDetail(journal.detail("a"));
  const before = store.get("a");
  tell(store, journal.told);
  tell(store, journal.told);
  expect(store.get("a")).toBe(before);
});

test("a list's line needs no request to stay true", () => {
  const fetchTask = vi.fn(() => Promise.resolve(null));
  const journal = new ToldJournal();
  const store = storeWith(fetchTask);
  journal.submit("a");
  store.startAt(journal.seq);
  store.adoptSummaries([summaryOf(journal.whole("a"), null)], journal.seq);
  tell(store, [journal.happen("a", anAssignment()), journal.happen("a", { type: "started", report: 1 })]);
  expect(store.get("a")?.summary).toEqual(summaryOf(journal.whole("a"), null));
  expect(fetchTask).not.toHaveBeenCalled();
});

test("a fact of an unknown task fetches that task once, and facts that come meanwhile are laid on the answer", async () => {
  const journal = new ToldJournal();
  journal.submit("old");
  let answer: (detail: TaskDetail) => void = () => undefined;
  const fetchTask = vi.fn(() => new Promise<TaskDetail>((resolve) => (answer = resolve)));
  const store = storeWith(fetchTask);
  store.startAt(journal.seq);
  tell(store, [journal.happen("old", anAssignment())]);
  expect(store.get("old")).toBeUndefined();
  const stale = journal.detail("old");
  tell(store, [journal.happen("old", { type: "started", report: 1 })]);
  answer(stale);
  await vi.waitFor(() => expect(store.get("old")?.folded).toEqual(journal.whole("old")));
  expect(fetchTask).toHaveBeenCalledTimes(1);
});

test("an answer older than the stream is brought up to date, never the other way round", () => {
  const journal = new ToldJournal();
  const store = storeWith();
  store.startAt(0);
  journal.submit("a");
  const old = summaryOf(journal.whole("a"), null);
  const oldDetail = journal.detail("a");
  journal.happen("a", anAssignment());
  tell(store, journal.told);
  store.adoptSummaries([old], old.seq);
  store.adoptDetail(oldDetail);
  expect(store.get("a")?.summary.state).toBe("running.starting");
  expect(store.get("a")?.folded).toEqual(journal.whole("a"));
});

test("a line that does not fit the next fact is fetched anew instead of guessed", async () => {
  const journal = new ToldJournal();
  journal.begin("a");
  const fetchTask = vi.fn(() => Promise.resolve(journal.detail("a")));
  const store = storeWith(fetchTask);
  const line = summaryOf(journal.whole("a"), null);
  store.startAt(journal.seq);
  store.adoptSummaries([{ ...line, state: "queued" }], journal.seq);
  tell(store, [journal.happen("a", { type: "cancel-requested" })]);
  await vi.waitFor(() => expect(store.get("a")?.summary).toEqual(summaryOf(journal.whole("a"), null)));
  expect(store.get("a")?.folded?.context).toEqual(journal.whole("a").context);
});

test("after a reset settled tasks nobody looks at are forgotten, the rest are asked for again", async () => {
  const journal = new ToldJournal();
  for (const id of ["gone", "watched", "open"]) journal.begin(id);
  for (const id of ["gone", "watched"]) journal.happen(id, { type: "completed", report: 2, result: null });
  const fetchTask = vi.fn((id: string) => Promise.resolve(journal.detail(id)));
  const store = storeWith(fetchTask);
  store.startAt(0);
  tell(store, journal.told);
  store.subscribe("watched", () => undefined);
  const told = vi.fn();
  store.onReset(told);
  // Missed: the open task ends while the line is away.
  journal.happen("open", { type: "completed", report: 2, result: null });
  store.reset(journal.seq);
  expect(told).toHaveBeenCalledTimes(1);
  expect(store.get("gone")).toBeUndefined();
  await vi.waitFor(() => expect(store.get("open")?.summary.state).toBe("completed"));
  expect(fetchTask.mock.calls.map(([id]) => id).toSorted()).toEqual(["open", "watched"]);
  expect(store.counts()).toEqual({ active: 0, waiting: 0, failed: 0 });
});

test("progress of an earlier attempt is not shown; the last of it may come behind the end", () => {
  const journal = new ToldJournal();
  const store = storeWith();
  store.startAt(0);
  journal.begin("a");
  tell(store, journal.told);
  const progress = { taskId: "a", attempt: 1, at: "2026-11-21T08:00:09.000Z", percent: 40, message: "half" };
  store.applyProgress({ ...progress, attempt: 0 });
  expect(store.get("a")?.summary.progress).toBeNull();
  store.applyProgress(progress);
  store.applyProgress({ ...progress, at: "2026-11-21T08:00:01.000Z", percent: 10 });
  expect(store.get("a")?.summary.progress?.percent).toBe(40);
  tell(store, [journal.happen("a", { type: "completed", report: 2, result: null })]);
  store.applyProgress({ ...progress, at: "2026-11-21T09:00:00.000Z", metrics: { files: 99 } });
  expect(store.get("a")?.summary.progress?.metrics).toEqual({ files: 99 });
});

test("a row is told only of its own task, and the counts follow", () => {
  const journal = new ToldJournal();
  const store = storeWith();
  store.startAt(0);
  const a = vi.fn();
  const b = vi.fn();
  store.subscribe("a", a);
  store.subscribe("b", b);
  journal.begin("a");
  tell(store, journal.told);
  expect(a).toHaveBeenCalledTimes(3);
  expect(b).not.toHaveBeenCalled();
  expect(store.counts()).toEqual({ active: 1, waiting: 0, failed: 0 });
});

test("a task that could not be fetched is asked for again once the server answers", async () => {
  const journal = new ToldJournal();
  journal.submit("old");
  const fetchTask = vi.fn(() => Promise.resolve(journal.detail("old")));
  fetchTask.mockRejectedValueOnce(new TypeError("fetch failed"));
  const store = storeWith(fetchTask);
  store.startAt(journal.seq);
  tell(store, [journal.happen("old", anAssignment())]);
  await vi.waitFor(() => expect(fetchTask).toHaveBeenCalledTimes(1));
  await Promise.resolve();
  expect(store.get("old")).toBeUndefined();
  await vi.waitFor(() => {
    store.askAgain();
    expect(store.get("old")?.folded?.state).toBe("running.starting");
  });
  expect(fetchTask).toHaveBeenCalledTimes(2);
});

test("of a settled task only its line is kept, unless its page is open; its next fact still fits", () => {
  const journal = new ToldJournal();
  const store = storeWith();
  store.startAt(0);
  store.subscribe("open", () => undefined);
  for (const id of ["shut", "open"]) {
    journal.begin(id);
    journal.happen(id, { type: "cancel-requested" });
    journal.happen(id, { type: "cancelled", report: 2 });
  }
  tell(store, journal.told);
  expect(store.get("shut")?.folded).toBeNull();
  expect(store.get("open")?.folded).toEqual(journal.whole("open"));
  tell(store, [journal.happen("shut", { type: "revived", items: "all" })]);
  expect(store.get("shut")?.summary).toEqual(summaryOf(journal.whole("shut"), null));
});

test("a tab that is left open forgets the oldest settled tasks, never one at work or looked at", () => {
  const journal = new ToldJournal();
  const store = storeWith();
  journal.begin("working");
  journal.begin("done");
  journal.happen("done", { type: "completed", report: 2, result: null });
  store.startAt(journal.seq);
  const working = summaryOf(journal.whole("working"), null);
  const done = summaryOf(journal.whole("done"), null);
  store.subscribe("watched", () => undefined);
  const many = Array.from({ length: RECORD_LIMIT }, (_, index) => ({
    ...done,
    id: index === 0 ? "watched" : `done-${index}`,
    born: index + 10,
  }));
  store.adoptSummaries([working, ...many], journal.seq);
  expect([...store.all()].length).toBeLessThan(RECORD_LIMIT);
  expect(store.get("done-1")).toBeUndefined();
  for (const kept of ["working", "watched", `done-${RECORD_LIMIT - 1}`])
    expect(store.get(kept), kept).toBeDefined();
});
