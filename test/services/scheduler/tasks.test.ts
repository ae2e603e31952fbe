import { describe, expect, it } from "vitest";
import { anAuthority } from "./an-authority.ts";

const DAY_MS = 86_400_000;
const noneIsNamed = (): boolean => false;

describe("the tasks in memory", () => {
  it("keep the key of the newer task when an older one with the same key is forgotten after a restart", () => {
    const { authority, submitted, time } = anAuthority();
    const { tasks } = authority;
    const old = { born: 1, seq: 2, idempotencyKey: "k", standing: "succeeded" } as const;
    tasks.bury({ ...old, id: "older", settledAt: time.now - 3 * DAY_MS });
    tasks.bury({ ...old, id: "settled", settledAt: time.now - DAY_MS / 2 });
    tasks.bury({ ...old, id: "other", idempotencyKey: "l", settledAt: time.now - DAY_MS / 2 });
    tasks.prune(noneIsNamed);
    expect(tasks.settled("older")).toBeUndefined();
    expect(tasks.byIdempotencyKey("k")).toBe("settled");
    time.now += DAY_MS;
    const live = submitted({ idempotencyKey: "l" });
    tasks.prune(noneIsNamed);
    expect(tasks.byIdempotencyKey("k")).toBeUndefined();
    expect(tasks.byIdempotencyKey("l")).toBe(live.id);
  });
});
