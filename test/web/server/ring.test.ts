import { describe, expect, it } from "vitest";
import type { Fact } from "#schema/envelope.ts";
import { openQueue } from "#schema/queue.ts";
import { createRing, ringFact } from "../../../web/server/ring.ts";

const fact = (seq: number, taskId = "t"): Fact =>
  ({ v: 1, id: `f${seq}`, type: "submitted", taskId, n: 1 }) as unknown as Fact;
const kept = (seq: number, taskId?: string) =>
  ringFact(seq, fact(seq, taskId), new TextEncoder().encode(JSON.stringify(fact(seq, taskId))));
const seqs = (found: readonly { seq: number }[] | null): number[] | null =>
  found?.map(({ seq }) => seq) ?? null;

describe("the ring of recent facts", () => {
  it("answers what came after a sequence, and null for what it no longer holds", () => {
    const ring = createRing(10, { facts: 3, bytes: 1e6 });
    expect(seqs(ring.since(10))).toEqual([]);
    expect(ring.since(9)).toBeNull();
    for (let seq = 11; seq <= 15; seq += 1) ring.push(kept(seq));
    expect(seqs(ring.since(12))).toEqual([13, 14, 15]);
    expect(seqs(ring.since(14))).toEqual([15]);
    expect(seqs(ring.since(15))).toEqual([]);
    expect(seqs(ring.since(99))).toEqual([]);
    expect(ring.since(11)).toBeNull();
  });

  it("stays right through many rounds of dropping and compacting", () => {
    const ring = createRing(0, { facts: 100, bytes: 1e9 });
    for (let seq = 1; seq <= 5_000; seq += 1) {
      ring.push(kept(seq, seq % 2 === 0 ? "even" : "odd"));
      if (seq < 101) continue;
      expect(ring.since(seq - 101)).toBeNull();
      expect(ring.since(seq - 100)?.length).toBe(100);
      expect(ring.since(seq - 1)?.[0]?.seq).toBe(seq);
    }
    expect(ring.of("even")).toHaveLength(50);
    expect(ring.of("even").at(-1)?.seq).toBe(5_000);
  });

  it("is bounded in bytes, and always keeps the last fact", () => {
    const size = kept(1).frame.length;
    const ring = createRing(0, { facts: 1_000, bytes: size * 3 });
    for (let seq = 1; seq <= 9; seq += 1) ring.push(kept(seq));
    expect(seqs(ring.since(6))).toEqual([7, 8, 9]);
    expect(ring.since(5)).toBeNull();
    const tiny = createRing(0, { facts: 10, bytes: 1 });
    tiny.push(kept(1));
    tiny.push(kept(2));
    expect(seqs(tiny.since(1))).toEqual([2]);
  });

  it("forgets on purpose when facts are missing", () => {
    const ring = createRing(0);
    ring.push(kept(1));
    ring.restart(7);
    ring.push(kept(8));
    expect(ring.since(6)).toBeNull();
    expect(seqs(ring.since(7))).toEqual([8]);
  });

  it("frames a fact about a record as an event of another name, which older clients leave out", () => {
    const about = { kind: "queue", id: "q" };
    const told = { v: 1, id: "f4", type: "queue-paused", about, after: openQueue("q") };
    const one = ringFact(4, told as unknown as Fact, new TextEncoder().encode(JSON.stringify(told)));
    expect(one.frame.toString()).toMatch(/^event: record\nid: 4\ndata: /);
    expect(one.taskId).toBeNull();
  });

  it("frames a fact as one event whose data is the stored text, also when that text has line breaks", () => {
    const pretty = ringFact(4, fact(4), new TextEncoder().encode(JSON.stringify(fact(4), null, 2)));
    for (const one of [kept(4), pretty]) {
      const lines = one.frame.toString().split("\n");
      expect(lines).toHaveLength(5);
      expect(lines.slice(0, 2)).toEqual(["event: fact", "id: 4"]);
      expect(JSON.parse(lines[2]?.slice("data: ".length) ?? "")).toEqual({ seq: 4, fact: fact(4) });
      expect(one.fact()).toEqual(fact(4));
    }
  });
});
