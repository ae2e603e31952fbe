import type { Page, TaskSummary } from "#schema/api.ts";
import { matches, type TaskFilter } from "./task-filter.ts";
import type { TaskStore } from "./task-store.ts";

/** A row that has left the filter stays this long, so that people see where it went. */
const GHOST_MS = 5_000;

export interface ListRow {
  readonly id: string;
  /** It no longer fits the filter and will leave shortly. */
  readonly leaving: boolean;
}

export interface ListView {
  readonly status: "loading" | "ready" | "failed";
  readonly error: unknown;
  readonly rows: readonly ListRow[];
  /** Tasks that wait to be let in while somebody is pointing at the list. */
  readonly fresh: number;
  readonly more: boolean;
  readonly loadingMore: boolean;
}

interface Entry {
  born: number;
  leavingAt: number | null;
}

interface Wiring {
  readonly fetchPage: (filter: TaskFilter, cursor: string | undefined) => Promise<Page<TaskSummary>>;
  readonly now: () => number;
  readonly later: (run: () => void, ms: number) => void;
}

/**
 * A filtered list, newest first, kept live by the store. The order never changes (a task's first sequence decides);
 * while it is held, nothing is let in and nothing leaves, so no row moves under the pointer.
 */
export class TaskList {
  private entries = new Map<string, Entry>();
  private waiting = new Set<string>();
  private next: string | undefined;
  private held = false;
  private closed = true;
  private generation = 0;
  private readonly listeners = new Set<() => void>();
  private stops: (() => void)[] = [];
  private readonly store: TaskStore;
  private readonly filter: TaskFilter;
  private readonly wiring: Wiring;
  private current: ListView = {
    status: "loading",
    error: null,
    rows: [],
    fresh: 0,
    more: false,
    loadingMore: false,
  };

  constructor(store: TaskStore, filter: TaskFilter, wiring: Wiring) {
    this.store = store;
    this.filter = filter;
    this.wiring = wiring;
  }

  readonly view = (): ListView => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Begins to follow the store; may be closed and opened again. */
  open(): void {
    if (!this.closed) return;
    this.closed = false;
    this.stops = [
      this.store.watch((changed) => this.see(changed)),
      this.store.onReset(() => void this.load()),
    ];
  }

  close(): void {
    this.closed = true;
    for (const stop of this.stops) stop();
  }

  /** The first page, from the start. */
  async load(): Promise<void> {
    const generation = ++this.generation;
    if (this.current.status === "failed") this.publish({ status: "loading", error: null });
    try {
      const page = await this.wiring.fetchPage(this.filter, undefined);
      if (this.closed || generation !== this.generation) return;
      this.entries = new Map();
      this.waiting = new Set();
      this.take(page);
      // What changed since the answer was made is already in the store.
      for (const { summary } of this.store.all()) {
        if (summary.seq > page.asOf) this.consider(summary.id, false);
      }
      this.publish({ status: "ready", error: null });
    } catch (error) {
      if (!this.closed && generation === this.generation) this.publish({ status: "failed", error });
    }
  }

  async loadMore(): Promise<void> {
    if (this.next === undefined || this.current.loadingMore) return;
    const generation = this.generation;
    this.publish({ loadingMore: true });
    try {
      const page = await this.wiring.fetchPage(this.filter, this.next);
      if (!this.closed && generation === this.generation) this.take(page);
    } catch {
      // The rows that are there stay; scrolling again asks again.
    } finally {
      if (!this.closed) this.publish({ loadingMore: false });
    }
  }

  /** While held, rows neither come nor go. */
  hold(held: boolean): void {
    if (this.held === held) return;
    this.held = held;
    if (!held) this.sweep();
  }

  /** Lets in what waited. */
  reveal(): void {
    for (const id of this.waiting) {
      const record = this.store.get(id);
      if (record && matches(record.summary, this.filter)) this.admit(id, record.summary.born);
    }
    this.waiting = new Set();
    this.publish({});
  }

  private take(page: Page<TaskSummary>): void {
    this.store.adoptSummaries(page.items, page.asOf);
    for (const { id, born } of page.items) this.admit(id, born);
    this.next = page.next;
  }

  private admit(id: string, born: number): void {
    if (!this.entries.has(id)) this.entries.set(id, { born, leavingAt: null });
  }

  private see(changed: ReadonlySet<string>): void {
    if (this.current.status !== "ready") return;
    let moved = false;
    for (const id of changed) moved = this.consider(id, this.held) || moved;
    if (moved) this.publish({});
  }

  /** Whether the rows changed because of this task. */
  private consider(id: string, held: boolean): boolean {
    const record = this.store.get(id);
    const fits = record !== undefined && matches(record.summary, this.filter);
    const entry = this.entries.get(id);
    if (!entry) return fits && this.welcome(id, record.summary.born, held);
    // Forgotten by the store: there is nothing left to show.
    if (record === undefined) return this.entries.delete(id);
    if (fits === (entry.leavingAt === null)) return false;
    entry.leavingAt = fits ? null : this.wiring.now() + GHOST_MS;
    if (!fits) this.wiring.later(() => this.sweep(), GHOST_MS + 20);
    return true;
  }

  private welcome(id: string, born: number, held: boolean): boolean {
    // Older than the last loaded page: its turn comes with that page.
    if (this.next !== undefined && born < this.oldest()) return false;
    if (held) {
      if (this.waiting.has(id)) return false;
      this.waiting.add(id);
    } else this.admit(id, born);
    return true;
  }

  private oldest(): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (const { born } of this.entries.values()) oldest = Math.min(oldest, born);
    return oldest;
  }

  private sweep(): void {
    if (this.held || this.closed) return;
    const now = this.wiring.now();
    let gone = false;
    for (const [id, { leavingAt }] of this.entries) {
      if (leavingAt === null || leavingAt > now) continue;
      this.entries.delete(id);
      gone = true;
    }
    if (gone) this.publish({});
  }

  private publish(part: Partial<ListView>): void {
    const rows = [...this.entries]
      .sort(([, a], [, b]) => b.born - a.born)
      .map(([id, { leavingAt }]) => ({ id, leaving: leavingAt !== null }));
    this.current = {
      ...this.current,
      rows,
      fresh: this.waiting.size,
      more: this.next !== undefined,
      ...part,
    };
    for (const listener of this.listeners) listener();
  }
}
