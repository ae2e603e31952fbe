import type { TaskFact } from "#schema/envelope.ts";

export interface Sequenced {
  readonly seq: number;
  readonly fact: TaskFact;
}

/** The latest facts heard, so that an answer older than the stream can be brought up to date. */
export class FactRing {
  private facts: Sequenced[] = [];
  /** Everything after this sequence is here. */
  floor = Number.POSITIVE_INFINITY;

  private readonly limit: number;

  constructor(limit = 5_000) {
    this.limit = limit;
  }

  /** The stream starts, or starts anew, after this sequence. */
  startAt(seq: number): void {
    this.facts = [];
    this.floor = seq;
  }

  push(entry: Sequenced): void {
    this.facts.push(entry);
    // Cut a quarter at once: shifting one by one would cost the whole length per fact.
    if (this.facts.length <= this.limit) return;
    const cut = Math.floor(this.limit / 4);
    this.floor = this.facts[cut - 1]?.seq ?? this.floor;
    this.facts = this.facts.slice(cut);
  }

  /** Facts of one task after a sequence, oldest first. */
  of(taskId: string, after: number): readonly Sequenced[] {
    return this.facts.filter(({ seq, fact }) => seq > after && fact.taskId === taskId);
  }
}
