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
