import { expect, test } from "vitest";
import { limitWords } from "../../../../web/console/src/maintenance/policy-words.ts";
import { ageWords, ruleWords } from "../../../../web/console/src/maintenance/rule-words.ts";

test("rules are told in words", () => {
  expect(
    ruleWords("docker.images.prune", {
      host: "nas",
      which: "unused",
      olderThan: { lastUsed: "30d", created: "1w" },
      keepLast: 2,
      keep: ["stable-*"],
      protect: { labels: ["keep", "team=db"] },
      keepUnder: 10 * 1024 ** 3,
      grace: "12h",
    }),
  ).toEqual([
    "those no container uses",
    "not used for 30 days",
    "made more than 1 week ago",
    "all but the newest 2 of each repository",
    "never tags stable-*",
    "never those labelled keep or team=db",
    "oldest first until 10 GiB are left",
    "nothing younger than 12 hours",
  ]);
});

test("a clean-up of everything is told part by part, with what is left out", () => {
  expect(
    ruleWords("docker.system.prune", {
      containers: { olderThan: { stopped: "7d" } },
      networks: { on: false },
      volumes: { which: "anonymous" },
      dryRun: true,
    }),
  ).toEqual([
    "containers: ended more than 7 days ago",
    "not the networks",
    "images",
    "build cache",
    "volumes: anonymous ones",
  ]);
  expect(ruleWords("docker.system.prune", {})).toContain("not the volumes");
});

test("a rule nobody knows is shown as it is, and many names are counted", () => {
  expect(ruleWords("docker.images.prune", { novel: [1] })).toEqual(["novel: [1]"]);
  expect(ruleWords("docker.containers", { action: "stop", ids: ["a", "b", "c", "d", "e", "f"] })).toEqual([
    "stop containers",
    "those called a, b, c, d and 2 more",
  ]);
  expect(ageWords("soon")).toBe("soon");
});

test("limits are told with the size they begin at", () => {
  expect(limitWords({ items: 100, percent: 50, timesUsual: 3, above: 20 })).toBe(
    "asks above 100 items or 50 % of all it looks at or 3 times the usual, from 21 items on",
  );
  expect(limitWords({ items: 5, percent: null, timesUsual: null, above: 20 })).toBe("asks above 5 items");
  expect(limitWords({ items: null, percent: null, timesUsual: null, above: null })).toMatch(/whatever/);
});
