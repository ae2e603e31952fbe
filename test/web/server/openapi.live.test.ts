import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RouteEntry } from "../../../web/server/app.ts";
import { anEdge, routesOf, type TestEdge } from "./an-edge.ts";

let edge: TestEdge;
let routes: readonly RouteEntry[];

beforeAll(async () => {
  edge = await anEdge();
  routes = await routesOf(edge);
});
afterAll(() => edge.stop());

interface Operation {
  readonly summary?: string;
  readonly requestBody?: {
    content: Record<string, { schema: { required?: string[]; additionalProperties?: boolean } }>;
  };
}

describe("the OpenAPI description", () => {
  it("describes every route there is, and no other", async () => {
    const { paths } = (await edge.client.openapi()) as { paths: Record<string, Record<string, Operation>> };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const declared = routes.map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, "{$1}")}`);
    expect(described.sort()).toEqual(declared.sort());
  });

  it("says what each route does and what a submission must hold", async () => {
    const { paths } = (await edge.client.openapi()) as { paths: Record<string, Record<string, Operation>> };
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { summary }] of Object.entries(methods)) {
        expect([method, path, (summary ?? "").length > 5]).toEqual([method, path, true]);
      }
    }
    const body = paths["/api/tasks"]?.["post"]?.requestBody?.content["application/json"]?.schema;
    expect(body?.required).toEqual(["type", "payload"]);
    expect(body?.additionalProperties).toBe(false);
  });
});
