import type { TaskDetail, TaskSummary } from "#schema/api.ts";
import type { TaskFact } from "#schema/envelope.ts";
import { BrokenHistory, fold, type FoldedTask } from "#schema/task.fold.ts";
import { summaryOf } from "#schema/task.summary.ts";
import type { Progress } from "#schema/telemetry.ts";
import { FactRing, type Sequenced } from "./fact-ring.ts";
import { FetchQueue } from "./fetch-queue.ts";
import { summaryAfter } from "./fold-summary.ts";
import { oldRecords, RECORD_LIMIT } from "./old-records.ts";
import { countOf, type Counts, NOTHING } from "./task-counts.ts";

/** What the console knows about a task. `folded` is there once somebody needed all of it. */
export interface TaskRecord {
  readonly summary: TaskSummary;
  readonly folded: FoldedTask | null;
}

type Listener = () => void;
type FactListener = (entry: Sequenced) => void;

interface Wiring {
  /** One whole task, or null when the server does not know it. */
  readonly fetchTask: (id: string) => Promise<TaskDetail | null>;
  /** When to tell listeners: the next frame in a browser, at once in a test. */
  readonly schedule: (flush: () => void) => void;
}

const foldedFrom = (detail: TaskDetail): FoldedTask => ({
  id: detail.id,
  n: detail.n,
  born: detail.born,
  seq: detail.seq,
  state: detail.state,
  context: detail.context,
  startedAt: detail.startedAt,
  settledAt: detail.settledAt,
  updatedAt: detail.settledAt ?? detail.startedAt ?? detail.submittedAt,
  stuck: detail.stuck,
});

const later = (a: Progress | null, b: Progress | null): Progress | null => {
  if (a === null || b === null) return a ?? b;
  return a.attempt > b.attempt || (a.attempt === b.attempt && a.at >= b.at) ? a : b;
};

/**
 * The one place in the console where tasks live. Answers of the API and facts of the stream meet here; lists and pages
 * read the same records, so they cannot disagree. Older never replaces newer: the journal's sequence decides.
 */
export class TaskStore {
  /** Sequence of the latest fact heard. */
  position = 0;
  private readonly records = new Map<string, TaskRecord>();
  private readonly ring = new FactRing();
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly factListeners = new Map<string, Set<FactListener>>();
  private readonly watchers = new Set<(changed: ReadonlySet<string>) => void>();
  private readonly resetters = new Set<Listener>();
  private readonly missing: FetchQueue;
  private readonly wiring: Wiring;
  /** Tasks that could not be fetched: asked for again once the server answers. */
  private readonly unanswered = new Set<string>();
  private dirty = new Set<string>();
  private tally: Counts = NOTHING;

  constructor(wiring: Wiring) {
    this.wiring = wiring;
    this.missing = new FetchQueue((id) => this.fetch(id));
  }

  readonly get = (id: string): TaskRecord | undefined => this.records.get(id);
  readonly counts = (): Counts => this.tally;
  readonly all = (): Iterable<TaskRecord> => this.records.values();

  /** The stream begins after this sequence. */
  startAt(seq: number): void {
    this.position = seq;
    this.ring.startAt(seq);
  }

  /** Lines of a list answer that is true as of a sequence. */
  adoptSummaries(summaries: readonly TaskSummary[], asOf: number): void {
    for (const summary of summaries) {
      const known = this.records.get(summary.id);
      if (known && known.summary.seq >= summary.seq) {
        this.noteProgress(known, summary.progress);
        continue;
      }
      this.put({ summary, folded: null });
      this.catchUp(summary.id, summary.seq);
      // The answer is older than what we kept of the stream: something may have been missed in between.
      if (asOf < this.ring.floor && asOf < this.position) this.missing.add(summary.id);
    }
  }

  /** A whole task, as its page or a fetch of ours got it. */
  adoptDetail(detail: TaskDetail): void {
    const known = this.records.get(detail.id);
    if (known && (known.summary.seq > detail.seq || (known.folded && known.folded.seq >= detail.seq))) {
      // The stream was faster; lay the facts since on the whole task to have all of it.
      if (known.folded === null) this.rebuild(detail);
      return;
    }
    this.rebuild(detail);
  }

  applyFact(seq: number, fact: TaskFact): void {
    if (seq <= this.position) return;
    this.position = seq;
    this.ring.push({ seq, fact });
    this.lay(seq, fact);
    for (const listener of this.factListeners.get(fact.taskId) ?? []) listener({ seq, fact });
  }

  /** Facts without a task still move the position: the stream resumes after them. */
  skipTo(seq: number): void {
    this.position = Math.max(this.position, seq);
  }

  applyProgress(progress: Progress): void {
    const known = this.records.get(progress.taskId);
    if (known) this.noteProgress(known, progress);
  }

  /** The stream cannot go on where it was: forget what nobody looks at, ask again for the rest. */
  reset(seq: number): void {
    this.startAt(seq);
    for (const [id, record] of this.records) {
      if (record.summary.tag !== "settled" || this.listeners.has(id)) this.missing.add(id);
      else this.remove(id, record);
    }
    for (const listener of this.resetters) listener();
    this.touch();
  }

  /** The server answers (again): what it owed is asked for once more. */
  askAgain(): void {
    const owed = [...this.unanswered];
    this.unanswered.clear();
    for (const id of owed) this.missing.add(id);
  }

  /** Makes sure all of a task is known, not only its line. */
  need(id: string): void {
    if (!this.records.get(id)?.folded) this.missing.add(id);
  }

  /** The stream's facts of a task after a sequence that are still kept. */
  factsSince(id: string, seq: number): readonly Sequenced[] {
    return this.ring.of(id, seq);
  }

  subscribe(id: string, listener: Listener): Listener {
    return listen(this.listeners, id, listener);
  }

  onFact(id: string, listener: FactListener): Listener {
    return listen(this.factListeners, id, listener);
  }

  /** Called with the ids that changed, once per frame. */
  watch(watcher: (changed: ReadonlySet<string>) => void): Listener {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  onReset(listener: Listener): Listener {
    this.resetters.add(listener);
    return () => this.resetters.delete(listener);
  }

  private lay(seq: number, fact: TaskFact): void {
    const known = this.records.get(fact.taskId);
    if (known && known.summary.seq >= seq) return;
    if (!known && fact.n > 1) {
      this.missing.add(fact.taskId);
      return;
    }
    try {
      this.put(this.after(known, seq, fact));
    } catch (error) {
      if (!(error instanceof BrokenHistory)) throw error;
      this.missing.add(fact.taskId);
    }
  }

  private after(known: TaskRecord | undefined, seq: number, fact: TaskFact): TaskRecord {
    const progress =
      fact.type === "assigned" || fact.type === "revived" ? null : (known?.summary.progress ?? null);
    if (!known || known.folded) {
      const folded = fold(known?.folded ?? null, seq, fact);
      return { folded, summary: summaryOf(folded, progress) };
    }
    if (fact.from !== known.summary.state) throw new BrokenHistory(`task ${fact.taskId} is not ${fact.from}`);
    return { folded: null, summary: { ...summaryAfter(known.summary, seq, fact), progress } };
  }

  private rebuild(detail: TaskDetail): void {
    const known = this.records.get(detail.id);
    const folded = foldedFrom(detail);
    const progress = later(known?.summary.progress ?? null, detail.progress);
    this.put({ folded, summary: summaryOf(folded, progress) });
    this.catchUp(detail.id, detail.seq);
  }

  private catchUp(id: string, after: number): void {
    for (const { seq, fact } of this.ring.of(id, after)) this.lay(seq, fact);
  }

  private noteProgress(known: TaskRecord, progress: Progress | null): void {
    const { summary } = known;
    // The last of it may come behind the fact that ends the task.
    if (progress === null || progress.attempt < summary.attempt) return;
    const newest = later(progress, summary.progress);
    if (newest !== summary.progress) this.put({ ...known, summary: { ...summary, progress: newest } });
  }

  private put(record: TaskRecord): void {
    const { id, tag } = record.summary;
    const before = this.records.get(id);
    // The line of a settled task is enough unless its page is open.
    const slim = tag === "settled" && !this.listeners.has(id);
    this.records.set(id, slim ? { ...record, folded: null } : record);
    if (!before && this.records.size > RECORD_LIMIT) this.forgetOld();
    this.tally = countOf(this.tally, before?.summary, record.summary);
    this.dirty.add(id);
    this.touch();
  }

  private remove(id: string, record: TaskRecord): void {
    this.records.delete(id);
    this.tally = countOf(this.tally, record.summary, undefined);
    this.dirty.add(id);
  }

  private forgetOld(): void {
    for (const record of oldRecords(this.records, (id) => this.listeners.has(id))) {
      this.remove(record.summary.id, record);
    }
  }

  private touch(): void {
    this.wiring.schedule(this.flush);
  }

  private readonly flush = (): void => {
    const changed = this.dirty;
    if (changed.size === 0) return;
    this.dirty = new Set();
    for (const id of changed) for (const listener of this.listeners.get(id) ?? []) listener();
    for (const watcher of this.watchers) watcher(changed);
  };

  private async fetch(id: string): Promise<void> {
    try {
      const detail = await this.wiring.fetchTask(id);
      if (detail !== null) this.adoptDetail(detail);
    } catch {
      this.unanswered.add(id);
    }
  }
}

const listen = <L>(all: Map<string, Set<L>>, id: string, listener: L): Listener => {
  const set = all.get(id) ?? new Set<L>();
  all.set(id, set.add(listener));
  return () => {
    set.delete(listener);
    if (set.size === 0 && all.get(id) === set) all.delete(id);
  };
};
