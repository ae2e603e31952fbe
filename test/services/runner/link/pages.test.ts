import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPages, type Onward } from "../../../../services/runner/link/pages.ts";

const rows = (count: number) => Array.from({ length: count }, (_, id) => ({ id, text: "é".repeat(20) }));

describe("a long list", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("comes whole when it is short", () => {
    expect(createPages(1_000).first(rows(3))).toEqual({ items: rows(3), next: null });
    expect(createPages(1_000).first([])).toEqual({ items: [], next: null });
  });

  it("comes in pages that each keep to the limit, in order, none missing", () => {
    const pages = createPages(500);
    const all: unknown[] = [];
    let page = pages.first(rows(100));
    for (;;) {
      expect(Buffer.byteLength(JSON.stringify(page.items))).toBeLessThanOrEqual(502);
      all.push(...page.items);
      if (page.next === null) break;
      page = pages.at(page.next) ?? { items: [], next: null };
    }
    expect(all).toEqual(rows(100));
  });

  it("comes with a row that is larger than a page in a page of its own", () => {
    const large = { id: 0, text: "x".repeat(2_000) };
    const pages = createPages(500);
    const first = pages.first([large, ...rows(1)]);
    expect(first.items).toEqual([large]);
    expect(pages.at(first.next as Onward)?.items).toEqual(rows(1));
  });

  it("is not kept for ever: not after 30 s, not after its last page, and not beside 16 others", () => {
    const pages = createPages(500);
    const slow = pages.first(rows(20)).next as Onward;
    expect(pages.at(slow)).toBeDefined();
    vi.advanceTimersByTime(31_000);
    expect(pages.at(slow)).toBeUndefined();
    const old = pages.first(rows(20)).next as Onward;
    for (let count = 0; count < 16; count += 1) pages.first(rows(20));
    expect(pages.at(old)).toBeUndefined();
    const short = pages.first(rows(10)).next as Onward;
    const last = pages.at(short);
    expect(last?.next).toBeNull();
    expect(pages.at(short)).toBeUndefined();
  });
});
