import { describe, expect, it } from "vitest";
import type { Intents } from "../../../../../../services/runner/executors/docker/bulk/intents.ts";
import type { Tools } from "../../../../../../services/runner/executors/docker/bulk/carry-out.ts";
import { looksOf } from "../../../../../../services/runner/executors/docker/prune/looks.ts";
import { removeItem, type Way } from "../../../../../../services/runner/executors/docker/prune/removal.ts";
import { imageId } from "./a-survey.ts";

const looks = looksOf({ tags: ["team/web:1"] });
const item = { kind: "image", id: imageId("web"), name: "team/web:1", looks } as const;

const tools = (hasBegun: boolean): Tools => ({
  intents: {
    of: () => (hasBegun ? {} : undefined),
    declare: () => Promise.resolve(),
  } as unknown as Intents,
  patience: new AbortController().signal,
  engine: undefined as unknown as Tools["engine"],
});

describe("removing what was used after the plan was made", () => {
  it.each([false, true])(
    "is not done, were it begun before (%s) and fetched anew since",
    async (hasBegun) => {
      const removed: string[] = [];
      const way: Way = {
        look: () => Promise.resolve({ looks, inUse: null }),
        remove: ({ name }) => {
          removed.push(name);
          return Promise.resolve({ outcome: "done" });
        },
      };
      const settled = await removeItem(
        way,
        { item, index: 0, usedAt: "2026-11-20T12:00:01Z" },
        tools(hasBegun),
      );
      expect(settled).toMatchObject({ outcome: "skipped", code: "changed-since-plan" });
      expect(removed).toEqual([]);
    },
  );
});

describe("what the engine says is removed", () => {
  /** How it looks before the request, and after. */
  const removed = (after: string | null) => {
    let asked = false;
    const way: Way = {
      look: () => {
        const seen = asked ? after : looks;
        return Promise.resolve(seen === null ? null : { looks: seen, inUse: null });
      },
      remove: () => {
        asked = true;
        return Promise.resolve({ outcome: "done", answer: "204", freed: 7 });
      },
    };
    return removeItem(way, { item, index: 0, usedAt: undefined }, tools(false));
  };

  it("is seen to be gone, or to be another thing of that name", async () => {
    const done = { outcome: "done", answer: "204", freed: 7 };
    expect(await removed(null)).toEqual(done);
    expect(await removed(looksOf({ tags: ["team/web:2"] }))).toEqual(done);
  });

  it("has failed where it is still there", async () => {
    expect(await removed(looks)).toEqual({
      outcome: "failed",
      code: "still-there",
      message: "The engine said that it was removed, but it is still there.",
      answer: "204",
    });
  });
});
