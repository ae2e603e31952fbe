import { expect, it } from "vitest";
import { ITEMS_PER_FACT, type ItemResult, NO_ITEMS } from "#schema/items.ts";
import { attemptShape } from "../../../../services/scheduler/shape.ts";
import { createJob } from "../../../../services/runner/work/job.ts";
import type { FromSlot, Job } from "../../../../services/runner/slots/slot-protocol.ts";

/** A job's context, and the reports its results become, each answered at once. */
const aJob = () => {
  const reports: Extract<FromSlot, { kind: "record" }>["body"][] = [];
  const job = createJob({ marks: "", counts: NO_ITEMS, plan: null } as unknown as Job, (message) => {
    if (message.kind !== "record") return;
    reports.push(message.body);
    queueMicrotask(() => job.hear({ kind: "recorded", id: message.id }));
  });
  return { items: (given: unknown[]) => job.context.items(given as ItemResult[], 0), reports };
};

const faultsOf = (body: unknown) =>
  attemptShape({ runner: "local", boot: "b", taskId: "t", attempt: 1, token: "k", number: 1, body });

it("results with figures and words that no fact takes are recorded all the same, with all that stand beside them", async () => {
  const { items, reports } = aJob();
  await items([
    { index: 0, outcome: "done", freed: 12.5, ms: -3, answer: "x".repeat(5_000) },
    { index: 1, outcome: "failed", code: 7, message: 404, freed: Number.NaN, ms: 1e300 },
    { index: 2, outcome: "done", message: null, more: { than: "that" } },
  ]);
  expect(reports.flatMap(faultsOf)).toEqual([]);
  expect(reports).toEqual([
    {
      type: "items-recorded",
      items: [
        { index: 0, outcome: "done", freed: 13, answer: "x".repeat(400) },
        { index: 1, outcome: "failed", code: "7", message: "404" },
        { index: 2, outcome: "done" },
      ],
    },
  ]);
});

it("a hundred of the longest results fit into one fact", async () => {
  const { items, reports } = aJob();
  const text = "船".repeat(10_000);
  await items(
    Array.from({ length: ITEMS_PER_FACT }, (_, index) => ({
      index,
      outcome: "failed",
      code: text,
      message: text,
      answer: text,
    })),
  );
  expect(reports).toHaveLength(1);
  expect(Buffer.byteLength(JSON.stringify(reports[0]))).toBeLessThan(500 * 1024);
});

it.each([
  [{ index: 0.5, outcome: "done" }, "An item's index is 0.5, which is no place in a plan."],
  [{ index: -1, outcome: "done" }, "An item's index is -1, which is no place in a plan."],
  [
    { index: 0, outcome: "gone" },
    '"gone" is nothing an item can become; there are begun, done, unchanged, skipped, failed.',
  ],
])("what is no result is said to who told it, and nothing is sent: %j", async (wrong, message) => {
  const { items, reports } = aJob();
  await expect(items([{ index: 3, outcome: "done" }, wrong])).rejects.toThrow(message);
  expect(reports).toEqual([]);
});
