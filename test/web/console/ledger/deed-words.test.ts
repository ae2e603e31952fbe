import { expect, test } from "vitest";
import type { LedgerRow } from "#schema/ledger-api.ts";
import { deedWords } from "../../../../web/console/src/ledger/deed-words.ts";

const words = (outcome: LedgerRow["outcome"], type: string, action: string | null = null): string =>
  deedWords({
    outcome,
    task: { id: "t", name: "t", type, action, submittedBy: { kind: "user", id: "ada" } },
  });

test("a deed is told by what its task does, and never as done when it was not", () => {
  expect(words("done", "docker.images.prune")).toBe("Removed");
  expect(words("failed", "docker.images.prune")).toBe("Not removed");
  expect(words("unchanged", "docker.containers", "stop")).toBe("Stopped already");
  expect(words("done", "docker.containers", "unpause")).toBe("Unpaused");
  expect(words("skipped", "docker.containers", "stop")).toBe("Left alone");
  expect(words("done", "file-batch")).toBe("Done");
  expect(words("failed", "docker.containers", "hasOwnProperty")).toBe("Failed");
});
