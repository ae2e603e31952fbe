import { pino } from "pino";
import { expect, it } from "vitest";
import { waitUntil } from "#infra/embedded/wait-until.ts";
import type { HostSample } from "#schema/telemetry.ts";
import { boundedLabel } from "../../../services/monitor/bounded-label.ts";
import { createMetrics } from "../../../services/monitor/metrics.ts";
import { hostToken, keepSampling } from "../../../services/monitor/sampling.ts";
import { isToken } from "#schema/token.ts";

const sample = { host: "h" } as HostSample;

const silent = () => {
  const said: string[] = [];
  const log = pino(
    {},
    { write: (line: string) => void said.push((JSON.parse(line) as { msg: string }).msg) },
  );
  return { log, said };
};

it("a host name becomes a subject token, whatever it holds", () => {
  for (const name of ["web-1.example.org", "größe", "a".repeat(100), "", "a b>*"]) {
    expect(isToken(hostToken(name))).toBe(true);
  }
  expect(hostToken("web-1.example.org")).toBe("web-1-example-org");
});

it("a look that hangs is complained about once, nobody looks again meanwhile, and the end does not wait for it", async () => {
  const { log, said } = silent();
  const ending = new AbortController();
  let looks = 0;
  const sampling = keepSampling({
    take: () => {
      looks += 1;
      return new Promise(() => undefined);
    },
    publish: () => undefined,
    log,
    signal: ending.signal,
    every: 1,
    patience: 20,
  });
  await waitUntil(() => said.length > 0, { within: 5_000 });
  ending.abort();
  await sampling;
  expect(looks).toBe(1);
  expect(said).toEqual(["this host cannot be sampled; trying again until it can"]);
});

it("after errors the next look is published, and the log says both once", async () => {
  const { log, said } = silent();
  const ending = new AbortController();
  const published: HostSample[] = [];
  let looks = 0;
  const sampling = keepSampling({
    take: async () => {
      looks += 1;
      if (looks <= 3) throw new Error("no /proc");
      return sample;
    },
    publish: (one) => void published.push(one),
    log,
    signal: ending.signal,
    every: 1,
  });
  await waitUntil(() => published.length >= 2, { within: 5_000 });
  ending.abort();
  await sampling;
  expect(said).toEqual([
    "this host cannot be sampled; trying again until it can",
    "this host can be sampled again",
  ]);
});

it("a metric's label has at most so many values, the rest is called other", () => {
  const label = boundedLabel(2);
  expect(["a", "b", "c", "a", "d"].map(label)).toEqual(["a", "b", "other", "a", "other"]);
});

it("no metric is labelled with a task", async () => {
  const metrics = createMetrics();
  const text = await metrics.text();
  metrics.end();
  expect(text).toContain('longshore_tasks{state="queued"} 0');
  expect(text).not.toMatch(/task_?id/i);
});
