import { describe, expect, it } from "vitest";
import { addUp, createAccount, type ProcessUse, UNKNOWN } from "../../../../services/runner/use/add-up.ts";
import type { OwnUse } from "../../../../services/runner/use/own-use.ts";

const OWN: OwnUse = { pid: 10, hearsOnly: false, cpuMs: 400, ioBytes: 9_000 };

const used = (pid: number, changes: Partial<ProcessUse> = {}): ProcessUse => ({
  pid,
  cpuMs: 0,
  memoryBytes: 0,
  ioBytes: 0,
  ...changes,
});

describe("the sum of what an attempt's processes have used", () => {
  it("counts all of them, and of the slot's processor time and bytes only what came after its first look", () => {
    const slot = used(10, { cpuMs: 450, memoryBytes: 51_000, ioBytes: 9_100 });
    const child = used(11, { cpuMs: 2_000, memoryBytes: 7_000, ioBytes: 30 });
    expect(addUp([slot, child], OWN)).toEqual({ cpuMs: 2_050, memoryBytes: 58_000, ioBytes: 130 });
  });

  it("leaves the slot out that only hears the processes that do the work", () => {
    const slot = used(10, { cpuMs: 700, memoryBytes: 90_000, ioBytes: 99_000 });
    const child = used(11, { cpuMs: 20, memoryBytes: 7_000, ioBytes: 30 });
    const own = { ...OWN, hearsOnly: true };
    expect(addUp([slot, child], own)).toEqual({ cpuMs: 20, memoryBytes: 7_000, ioBytes: 30 });
    expect(addUp([slot], own)).toEqual({ cpuMs: 0, memoryBytes: 0, ioBytes: 0 });
  });

  it("is not known in bytes moved while one of them may not be looked at, or the kernel does not count them", () => {
    const slot = used(10, { cpuMs: 410, ioBytes: 9_100 });
    expect(addUp([slot, used(11, { ioBytes: null })], OWN)).toMatchObject({ cpuMs: 10, ioBytes: null });
    expect(addUp([slot], { ...OWN, ioBytes: null })).toMatchObject({ cpuMs: 10, ioBytes: null });
  });

  it("takes no notice of bytes of a process that has ended since", () => {
    expect(addUp([used(10, { ioBytes: 9_100 }), used(11, { ioBytes: undefined })], OWN).ioBytes).toBe(100);
  });

  it("is not known at all when the slot's process is gone", () => {
    expect(addUp([used(11, { cpuMs: 5_000 })], OWN)).toEqual(UNKNOWN);
  });
});

describe("what is told of one attempt from look to look", () => {
  const sum = (cpuMs: number | null, ioBytes: number | null = 0) => ({ cpuMs, memoryBytes: 1, ioBytes });

  it("never falls when a process takes what it used with it, and rises at once with what goes on", () => {
    const account = createAccount();
    expect([100, 250, 30, 30, 80].map((cpuMs) => account(sum(cpuMs)).cpuMs)).toEqual([
      100, 250, 250, 250, 300,
    ]);
  });

  it("goes on from where it was after a look that could not tell", () => {
    const account = createAccount();
    expect([5, null, 9].map((ioBytes) => account(sum(0, ioBytes)).ioBytes)).toEqual([5, null, 9]);
  });

  it("tells memory as it is, for that is given back", () => {
    const account = createAccount();
    expect([9, 3].map((memoryBytes) => account({ ...UNKNOWN, memoryBytes }).memoryBytes)).toEqual([9, 3]);
  });
});
