import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fingerprintOf, normalised } from "#schema/fingerprint.ts";

/** Real messages of engines, runtimes, shells and databases: each group is one failure met several times. */
const SAME: readonly (readonly string[])[] = [
  [
    "connect ECONNREFUSED 127.0.0.1:5432",
    "connect ECONNREFUSED 10.0.3.17:5432",
    "connect ECONNREFUSED 192.168.1.4:6000",
  ],
  [
    "ENOENT: no such file or directory, open '/srv/data/2026/11/report-17.csv'",
    "ENOENT: no such file or directory, open '/tmp/x'",
  ],
  [
    "(HTTP code 404) no such container - No such container: 4f66ad9a0b2e",
    "(HTTP code 404) no such container - No such container: 4f66ad9a0b2e71c2d8f4d8e5f0b86d54a3f4f9f06b0e5b1d8f7f14b9a2c3d4e5",
  ],
  [
    'duplicate key value violates unique constraint "tasks_pkey"',
    'duplicate key value violates unique constraint "facts_pkey"',
  ],
  [
    "Job 8c5d1f0e-1a0b-4c8e-9a8e-0d6ac1e5f001 timed out after 30000 ms",
    "Job 00000000-0000-7000-8000-000000000000 timed out after 12 ms",
  ],
  [
    "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory (pid 412)",
    "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory (pid 99812)",
  ],
  [
    "Cannot read properties of undefined (reading 'map') at src/pages/list.ts:12:7",
    "Cannot read properties of undefined (reading 'length') at lib/deep/er/read.ts:1:99",
  ],
  [
    "tar: /backup/one: Cannot open: Permission denied",
    "tar: /var/lib/two.tar: Cannot open: Permission denied",
  ],
  [
    "certificate has expired: 2026-11-20T00:00:00Z is after 2026-10-01T12:30:00.123Z",
    "certificate has expired: 2025-01-02 is after 2024-12-31T23:59:59+01:00",
  ],
  ["GET https://api.example.org/v1/items?page=3 failed", "GET http://10.1.1.1:8080/ failed"],
  [
    "pull access denied for image sha256:9c7a54a9a43cca047013b82af109fe963fde787f63f9e016fdc3384500c2823d",
    "pull access denied for image sha256:0000000000000000000000000000000000000000000000000000000000000001",
  ],
  ["worker-3 was lost on node-17", "worker-12 was lost on node-1"],
  [
    "The system cannot find the file C:\\Users\\ada\\x.txt today",
    "The system cannot find the file D:\\y today",
  ],
];

const DIFFERENT: readonly (readonly [string, string])[] = [
  ["exit code 1", "exit code 137"],
  ["Request failed with status 404", "Request failed with status 500"],
  ["connect ECONNREFUSED 127.0.0.1:5432", "connect ETIMEDOUT 127.0.0.1:5432"],
  ["It can't be opened or it isn't there", "It can't be closed or it isn't there"],
  ["read and/or write failed", "read failed"],
  ["The cabbage was defaced", "The cabbage was effaced"],
];

describe("the fingerprint of a failure", () => {
  it.each(SAME.map((group) => [group[0] as string, group] as const))("is one for all of: %s", (_, group) => {
    expect(new Set(group.map(normalised))).toEqual(new Set([normalised(group[0] as string)]));
    expect(new Set(group.map((message) => fingerprintOf("command", { code: "x", message }))).size).toBe(1);
  });

  it.each(DIFFERENT)("tells %j from %j", (one, other) => {
    expect(normalised(one)).not.toBe(normalised(other));
  });

  it("tells types and codes apart", () => {
    const message = "It broke.";
    const prints = [
      fingerprintOf("command", { code: "a", message }),
      fingerprintOf("command", { code: "b", message }),
      fingerprintOf("sleep", { code: "a", message }),
    ];
    expect(new Set(prints).size).toBe(3);
  });

  it("may stand in an address, and is taken of any text in no time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (message) => {
        expect(fingerprintOf("command", { code: "x", message })).toMatch(/^[0-9a-z]{11}$/);
      }),
    );
    const slow = [
      "a/".repeat(50_000),
      "'".repeat(50_000),
      "f".repeat(100_000),
      "http://".repeat(20_000),
      "1,".repeat(50_000),
    ];
    const began = performance.now();
    for (const message of slow) normalised(message);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it("leaves a sentence that says the same each time as it is", () => {
    expect(normalised("The runner did not end the attempt at its deadline.")).toBe(
      "The runner did not end the attempt at its deadline.",
    );
  });
});
