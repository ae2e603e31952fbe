import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RouteEntry } from "../../../web/server/app.ts";
import { aStandIn, anEdge, routesOf, type StandIn, type TestEdge } from "./an-edge.ts";

let edge: TestEdge;
let standIn: StandIn;
let routes: readonly RouteEntry[];

beforeAll(async () => {
  edge = await anEdge();
  standIn = await aStandIn(edge);
  standIn.answer = () => ({ ok: false, code: "refused", message: "no", state: "queued" });
  routes = (await routesOf(edge)).filter(({ url }) => !["/api/stream", "/api/sessions"].includes(url));
});
afterAll(() => edge.stop());

/** What a wish may hold: JSON that Postgres and people can use. */
const isSound = (text: string): boolean => !/\\u0000|\\ud[89a-f]/i.test(text);

const id = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 30 }),
  fc.constantFrom("..", "%00", "a/b", "t-1"),
);
const query = fc.dictionary(
  fc.constantFrom("state", "limit", "cursor", "text", "after", "at", "label", "from", "type", "zip"),
  fc.oneof(fc.string({ unit: "binary", maxLength: 20 }), fc.integer().map(String)),
  { maxKeys: 3 },
);
const body = fc.oneof(
  fc.json({ depthSize: "small" }),
  fc
    .record(
      {
        type: fc.oneof(fc.string(), fc.constant("command")),
        payload: fc.jsonValue(),
        name: fc.string({ unit: "binary" }),
        reason: fc.string({ unit: "binary" }),
        priority: fc.constantFrom("high", "HIGH", 3),
        plan: fc.oneof(fc.integer(), fc.double()),
        labels: fc.dictionary(fc.string(), fc.string()),
        __proto__: fc.constant(1),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
  fc.string({ unit: "binary" }),
);

describe("whatever is sent", () => {
  it("is answered without a bug, with a problem where it is refused, and reaches the scheduler only if it is sound", async () => {
    let reached = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), id, query, body, async (pick, part, search, text) => {
        const route = routes[pick % routes.length] as RouteEntry;
        const place = `${route.url.replace(":id", encodeURIComponent(part.replace(/\p{Surrogate}/gu, "x")))}?${new URLSearchParams(search).toString()}`;
        standIn.wishes.length = 0;
        const response = await edge.admin(place, {
          method: route.method,
          ...(route.method === "GET" ? {} : { body: text, headers: { "content-type": "application/json" } }),
        });
        const answer = await response.text();
        expect([place, response.status, [500, 502, 504].includes(response.status)]).toEqual([
          place,
          response.status,
          false,
        ]);
        if (response.status >= 400) {
          expect(response.headers.get("content-type")).toContain("application/problem+json");
          expect((JSON.parse(answer) as { status: number }).status).toBe(response.status);
        }
        reached += standIn.wishes.length;
        for (const wish of standIn.wishes) expect(isSound(JSON.stringify(wish))).toBe(true);
      }),
      { numRuns: 600 },
    );
    expect(reached).toBeGreaterThan(0);
    expect((await edge.ask("/health")).status).toBe(200);
  });
});
