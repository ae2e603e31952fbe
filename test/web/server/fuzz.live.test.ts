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

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom("a\u0000", "\ud83d", "\ude00b", "\u202ex"),
);
const id = fc.oneof(
  { weight: 3, arbitrary: fc.constant("t-1") },
  { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 30 }) },
  { weight: 1, arbitrary: fc.constantFrom("..", "%00", "a/b", "../../images/prune", "abc/stop?t=0") },
);
const FILTERS =
  "state limit cursor text after at label from type zip outcome kind id host task to download".split(" ");
const query = fc.dictionary(fc.constantFrom(...FILTERS), fc.oneof(text, fc.integer().map(String)), {
  maxKeys: 2,
});
const asJson = (value: unknown): string => JSON.stringify(value);
const body = fc.oneof(
  // Right in form, with texts that may not be: these must get through or be stopped on account of the text alone.
  fc
    .record({
      type: fc.constant("command"),
      payload: fc.oneof(fc.jsonValue(), fc.array(text), fc.dictionary(text, text)),
    })
    .map(asJson),
  fc.record({ type: fc.constant("command"), payload: fc.constant({}), name: text }).map(asJson),
  fc.record({ reason: text }, { requiredKeys: [] }).map(asJson),
  fc.record({ plan: fc.nat({ max: 3 }), reason: text }, { requiredKeys: ["plan"] }).map(asJson),
  fc
    .record({ priority: fc.constantFrom("high", "HIGH", 3), reason: text }, { requiredKeys: ["priority"] })
    .map(asJson),
  fc
    .record({
      action: fc.constantFrom({ type: "pause" }, { type: "burn" }, {}),
      ids: fc.array(text, { maxLength: 2 }),
    })
    .map(asJson),
  fc
    .record({
      action: fc.constant({ type: "cancel" }),
      query: fc.dictionary(fc.constantFrom("text", "label", "state", "after"), text),
    })
    .map(asJson),
  fc
    .record({
      name: text,
      cron: text,
      task: fc.record({ type: fc.constant("command"), payload: fc.jsonValue() }),
    })
    .map(asJson),
  fc.array(fc.record({ type: text, payload: text })).map((tasks) => asJson({ tasks })),
  fc.record({ concurrency: fc.constantFrom(null, 1, 0, "2"), reason: text }).map(asJson),
  fc.json({ depthSize: "small" }),
  text,
);

describe("whatever is sent", () => {
  it("is answered without a bug, with a problem where it is refused, and reaches the scheduler only if it is sound", async () => {
    let reached = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), id, query, body, async (pick, part, search, sent) => {
        const route = routes[pick % routes.length] as RouteEntry;
        const place = `${route.url.replace(/:\w+/g, () => encodeURIComponent(part.replace(/\p{Surrogate}/gu, "x")))}?${new URLSearchParams(search).toString()}`;
        standIn.wishes.length = 0;
        const response = await edge.admin(place, {
          method: route.method,
          ...(route.method === "GET" ? {} : { body: sent, headers: { "content-type": "application/json" } }),
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
      { numRuns: 1_200 },
    );
    expect(reached).toBeGreaterThan(0);
    expect((await edge.ask("/health")).status).toBe(200);
  });
});
