import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPool } from "../../../../services/runner/pool/pool.ts";
import type { Seated } from "../../../../services/runner/pool/seats.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const aPool = (bounds: { min: number; max: number }) => {
  const world = { busy: 0, cpu: 0.1, memory: 0.1, announced: [] as number[], handedOver: 0 };
  const attempts = (): Seated[] =>
    Array.from({ length: world.busy }, (_, index) => ({
      taskId: `t${index}`,
      number: 1,
      state: "working",
      since: "",
      pid: undefined,
    }));
  const pool = createPool({
    bounds,
    log: pino({ level: "silent" }),
    load: () => world,
    attempts,
    handOver: () => void (world.handedOver += 1),
    changed: () => void world.announced.push(pool.announced),
  });
  return { pool, world };
};

describe("a pool", () => {
  it("announces each change of its own, up with the work and down when it is gone", () => {
    const { pool, world } = aPool({ min: 1, max: 4 });
    world.busy = 4;
    vi.advanceTimersByTime(20_000);
    expect(world.announced).toEqual([2, 4]);
    world.busy = 0;
    vi.advanceTimersByTime(40_000);
    expect(world.announced).toEqual([2, 4, 1]);
    pool.stop();
  });

  it("gives slots back while the host is pressed", () => {
    const { pool, world } = aPool({ min: 1, max: 4 });
    world.busy = 4;
    vi.advanceTimersByTime(20_000);
    world.cpu = 0.95;
    vi.advanceTimersByTime(30_000);
    expect(world.announced).toEqual([2, 4, 3, 2, 1]);
    pool.stop();
  });

  it("of one size never changes by itself", () => {
    const { pool, world } = aPool({ min: 4, max: 4 });
    world.busy = 9;
    world.cpu = 1;
    vi.advanceTimersByTime(60_000);
    expect(world.announced).toEqual([]);
    pool.stop();
  });

  it("stays as somebody scaled it, until it is told to follow the work again", () => {
    const { pool, world } = aPool({ min: 1, max: 8 });
    pool.scale(3, 1);
    world.busy = 8;
    vi.advanceTimersByTime(20_000);
    expect(world.announced).toEqual([3]);
    pool.scale(null, 2);
    vi.advanceTimersByTime(20_000);
    expect(world.announced).toEqual([3, 6, 8]);
    pool.stop();
  });

  it("recalls what was said of it before, but for what is said later while it asks", () => {
    const { pool, world } = aPool({ min: 1, max: 4 });
    pool.recall({ cordoned: false, slots: 9, seq: 5 });
    expect(pool.status()).toMatchObject({ target: 4, automatic: false, cordoned: false });
    pool.uncordon(9);
    pool.recall({ cordoned: true, slots: 2, seq: 8 });
    expect(pool.status()).toMatchObject({ target: 2, automatic: false, cordoned: false });
    pool.recall({ cordoned: true, slots: null, seq: 10 });
    expect(pool.status()).toMatchObject({ automatic: true, cordoned: true });
    expect(world.announced).toEqual([4, 2, 0]);
    pool.stop();
  });

  it("is still out of service when only its slots are set anew while it asks", () => {
    const { pool } = aPool({ min: 1, max: 4 });
    pool.scale(2, 9);
    pool.recall({ cordoned: true, slots: null, seq: 8 });
    expect(pool.status()).toMatchObject({ target: 2, automatic: false, cordoned: true });
    expect(pool.closed).toBeDefined();
    pool.stop();
  });

  it("does as it was told last, in whatever order it hears it, and slots and service are told of apart", () => {
    const { pool, world } = aPool({ min: 2, max: 8 });
    pool.scale(5, 12);
    pool.cordon(13);
    pool.scale(3, 11);
    pool.uncordon(10);
    pool.drain(9);
    expect(world.handedOver).toBe(0);
    expect(pool.status()).toMatchObject({ target: 5, cordoned: true });
    pool.recall({ cordoned: false, slots: null, seq: 8 });
    expect(pool.status()).toMatchObject({ target: 5, automatic: false, cordoned: true });
    pool.stop();
  });

  it("hears of a journal that was begun anew, where all that is said has smaller numbers, once its runner was lost", () => {
    const { pool } = aPool({ min: 2, max: 8 });
    pool.scale(5, 900);
    pool.cordon(901);
    pool.lost();
    pool.scale(6, 12);
    pool.recall({ cordoned: false, slots: null, seq: 11 });
    expect(pool.status()).toMatchObject({ target: 6, automatic: false, cordoned: false });
    pool.cordon(13);
    expect(pool.status()).toMatchObject({ cordoned: true });
    pool.end();
    pool.lost();
    pool.uncordon(14);
    expect(pool.closed).toBeDefined();
    pool.stop();
  });

  it("is opened by nobody once its runner ends", () => {
    const { pool, world } = aPool({ min: 2, max: 8 });
    pool.end();
    pool.uncordon(99);
    expect(world.handedOver).toBe(1);
    expect(pool.closed).toBeDefined();
    pool.stop();
  });

  it("offers nothing while it is cordoned, and what it was before afterwards", () => {
    const { pool, world } = aPool({ min: 2, max: 8 });
    pool.cordon(1);
    pool.scale(5, 2);
    expect(pool.closed).toBeDefined();
    pool.uncordon(3);
    expect(pool.closed).toBeUndefined();
    expect(world.announced).toEqual([0, 5]);
    pool.stop();
  });

  it("drains until nothing is at work, and stays cordoned", () => {
    const { pool, world } = aPool({ min: 2, max: 2 });
    world.busy = 1;
    pool.drain(1);
    expect(world.handedOver).toBe(1);
    expect(pool.status()).toMatchObject({ draining: true, cordoned: true });
    world.busy = 0;
    expect(pool.status()).toMatchObject({ draining: false, cordoned: true });
    pool.stop();
  });
});
