import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "#client/http.ts";
import { startRegistry, type TestRegistry } from "../support/a-registry.ts";
import { lacks } from "../support/needs.ts";
import { startStack, type TestStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

const MIB = 1024 * 1024;

describe.skipIf(lacks.docker)("two people pull one image", () => {
  let stack: TestStack;
  let registry: TestRegistry;
  beforeAll(async () => {
    [stack, registry] = await Promise.all([startStack(), startRegistry()]);
  }, 180_000);
  afterAll(async () => {
    await stack.stop();
    await registry.close();
  }, 120_000);

  it("one after the other, and the second finds it up to date", async () => {
    const client = createClient({ baseUrl: stack.url, token: stack.token });
    const image = registry.add({ bytes: 4 * MIB });
    registry.manners = { pauseMs: 100 };
    const pull = async (payload: object): Promise<string> =>
      (await client.submit({ type: "docker.images.pull", payload })).id;
    const ids = [await pull({ image })];
    await until("the first downloads", () => registry.sent > 0, 60_000);
    ids.push(await pull({ image, host: "local" }));
    await until(
      "the second waits for the first",
      async () => {
        const { waiting } = await client.task(ids[1] ?? "");
        return waiting?.includes(`pull:${image}`);
      },
      30_000,
    );
    registry.manners = {};
    const results = await Promise.all(
      ids.map((id) =>
        until(
          `the end of ${id}`,
          async () => {
            const { state, context } = await client.task(id);
            return state === "completed" && context.result;
          },
          60_000,
        ),
      ),
    );
    expect(results).toMatchObject([
      { value: { image, unchanged: false } },
      { value: { image, unchanged: true } },
    ]);
    const deeds = (await client.items(ids[1] ?? "")).items;
    expect(deeds).toMatchObject([{ name: image, outcome: "unchanged" }]);
  }, 180_000);
});
