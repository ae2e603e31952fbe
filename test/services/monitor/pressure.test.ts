import { expect, it } from "vitest";
import type { HostSample } from "#schema/telemetry.ts";
import { createPressureGauge } from "../../../services/monitor/pressure.ts";

const sample = (cpuPercent: number, memoryUsed = 10): HostSample => ({
  host: "h",
  at: "2026-11-21T08:00:00.000Z",
  cpuPercent,
  load1: 0,
  cores: 2,
  memoryUsed,
  memoryTotal: 100,
  diskUsed: 0,
  diskTotal: 1,
});

it("takes a spike for a spike, and a spell for pressure", () => {
  const gauge = createPressureGauge(80);
  expect(gauge.look(sample(20))).toBeNull();
  expect(gauge.look(sample(100))).toBeNull();
  expect(gauge.look(sample(20))).toBeNull();
  const spell = Array.from({ length: 30 }, () => gauge.look(sample(100)));
  expect(spell.findIndex((reason) => reason !== null)).toBeGreaterThan(5);
  expect(spell.at(-1)).toMatch(/^Host h: CPU \d\d % > 80 %\.$/);
});

it("is relieved only well below the threshold", () => {
  const gauge = createPressureGauge(80);
  for (let count = 0; count < 40; count += 1) gauge.look(sample(95));
  const at = (percent: number): string | null => {
    let last: string | null = null;
    for (let count = 0; count < 60; count += 1) last = gauge.look(sample(percent));
    return last;
  };
  expect(at(75)).not.toBeNull();
  expect(at(65)).toBeNull();
  expect(at(75)).toBeNull();
});

it("counts memory at once, and CPU never when its limit is 100", () => {
  const gauge = createPressureGauge(100);
  for (let count = 0; count < 40; count += 1) expect(gauge.look(sample(100))).toBeNull();
  expect(gauge.look(sample(0, 95))).toBe("Host h: memory 95 % > 90 %.");
  expect(gauge.look(sample(0, 85))).not.toBeNull();
  expect(gauge.look(sample(0, 70))).toBeNull();
});
