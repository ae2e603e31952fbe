import { describe, expect, it } from "vitest";
import { payloadFaults } from "../../../../services/scheduler/submission/payload-faults.ts";
import { SLEEP } from "../../../support/a-scheduler.ts";

const typed = (property: object) => ({
  ...SLEEP,
  payload: { type: "object", properties: { x: property } },
});

const bound = "takes longer than 100 ms";

describe("a payload whose check would never end", () => {
  it.each([
    ["a pattern that tries all ways", { type: "string", pattern: "^(a+)+$" }, `${"a".repeat(50)}!`],
    [
      "a pattern that begins anew at each place",
      { type: "string", pattern: "\\s+$" },
      `${" ".repeat(900_000)}!`,
    ],
    ["names by a pattern", { patternProperties: { "^(a|a)*$": {} } }, { [`${"a".repeat(50)}!`]: 1 }],
    [
      "items compared all with all",
      { type: "array", uniqueItems: true },
      Array.from({ length: 60_000 }, (_, index) => [index]),
    ],
  ])("is refused in time for others: %s", (_, schema, x) => {
    const begun = performance.now();
    expect(payloadFaults(typed(schema), { x })).toEqual([
      { path: "payload", message: expect.stringContaining(bound) as string },
    ]);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it("is refused in time where a schema of an older draft refers to itself", () => {
    const twice = { items: { $recursiveRef: "#" } };
    const schema = { allOf: [twice, { items: { $recursiveRef: "#" } }] };
    let x: unknown = 1;
    for (let depth = 0; depth < 24; depth += 1) x = [x];
    expect(payloadFaults({ ...SLEEP, payload: schema }, x)).toEqual([
      { path: "payload", message: expect.stringContaining(bound) as string },
    ]);
  });

  it("is taken when it fits soon, and told in detail when it does not", () => {
    const type = typed({ type: "string", pattern: "^(a+)+$" });
    expect(payloadFaults(type, { x: "aaaa" })).toEqual([]);
    expect(payloadFaults(type, { x: "ab" })).toContainEqual({
      path: "payload/x",
      message: expect.stringContaining("pattern") as string,
    });
  });
});
