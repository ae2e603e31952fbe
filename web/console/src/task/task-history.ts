import type { Client } from "#client/http.ts";
import type { TaskEventRow } from "#schema/api.ts";
import { eventRowOf } from "#schema/task.event-row.ts";
import type { TaskStore } from "../live/task-store.ts";

const PAGE = 1_000;

export interface HistoryView {
  readonly status: "loading" | "ready" | "failed";
  readonly error: unknown;
  readonly events: readonly TaskEventRow[];
}

/** All facts of one task in order: the stored ones by pages, the new ones from the stream; a fact is never there twice. */
export class TaskHistory {
  private readonly known = new Map<number, TaskEventRow>();
  private readonly listeners = new Set<() => void>();
  private stop: (() => void)[] = [];
  private opened = 0;
  private current: HistoryView = { status: "loading", error: null, events: [] };
  private readonly client: Pick<Client, "events">;
  private readonly store: TaskStore;
  private readonly id: string;

  constructor(client: Pick<Client, "events">, store: TaskStore, id: string) {
    this.client = client;
    this.store = store;
    this.id = id;
  }

  readonly view = (): HistoryView => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  open(): void {
    this.opened += 1;
    this.stop = [
      this.store.onFact(this.id, (entry) => {
        this.add([eventRowOf(entry.seq, entry.fact)]);
        this.publish({});
      }),
      this.store.onReset(() => void this.load()),
    ];
    void this.load();
  }

  close(): void {
    this.opened += 1;
    for (const stop of this.stop) stop();
    this.stop = [];
  }

  async load(): Promise<void> {
    const opened = this.opened;
    try {
      let after = 0;
      for (;;) {
        const page = await this.client.events(this.id, { after, limit: PAGE });
        if (opened !== this.opened) return;
        this.add(page.items);
        const last = page.items.at(-1);
        if (page.next === undefined || last === undefined) {
          // The read model may be behind the stream: what it lacks was heard.
          this.add(this.store.factsSince(this.id, 0).map(({ seq, fact }) => eventRowOf(seq, fact)));
          break;
        }
        after = last.seq;
      }
      this.publish({ status: "ready", error: null });
    } catch (error) {
      if (opened === this.opened) this.publish({ status: "failed", error });
    }
  }

  private add(rows: readonly TaskEventRow[]): void {
    for (const row of rows) this.known.set(row.n, row);
  }

  private publish(part: Partial<HistoryView>): void {
    const events = [...this.known.values()].sort((a, b) => a.n - b.n);
    this.current = { ...this.current, events, ...part };
    for (const listener of this.listeners) listener();
  }
}
