import { describe, expect, it } from "vitest";
import { createFullness, tellFullness } from "../../../services/scheduler/fullness.ts";
import { aGround } from "./placement/a-ground.ts";

const MIB = 2 ** 20;
const DISK = "The disk of the data folder is nearly full; new tasks are not taken until there is room.";
const JOURNAL = "The journal is nearly full; new tasks are not taken until it is allowed more bytes.";

const aDisk = () => {
  const now = { bytes: 0, maxBytes: 1_000, free: (1_000 * MIB) as number | null };
  const fullness = createFullness({ extent: async () => now, free: async () => now.free });
  const at = async (changes: Partial<typeof now>): Promise<string | null> => {
    Object.assign(now, changes);
    await fullness.measure();
    return fullness.reason;
  };
  return { at };
};

describe("room for new tasks", () => {
  it("ends at four fifths of the journal", async () => {
    const { at } = aDisk();
    expect(await at({ bytes: 799 })).toBeNull();
    expect(await at({ bytes: 800 })).toBe(JOURNAL);
    expect(await at({ bytes: 100 })).toBeNull();
  });

  it("ends when the disk has less than 128 MiB, and is there again with 192", async () => {
    const { at } = aDisk();
    expect(await at({ free: 129 * MIB })).toBeNull();
    expect(await at({ free: 127 * MIB })).toBe(DISK);
    expect(await at({ free: 191 * MIB })).toBe(DISK);
    expect(await at({ free: 192 * MIB })).toBeNull();
  });

  it("is not a matter of disks where the journal lies on another machine", async () => {
    expect(await aDisk().at({ free: null })).toBeNull();
  });

  it("is told by one fact when it ends and one when it is back, and is not ended by who waits for other things", () => {
    const { authority, limits, submit, place } = aGround();
    const tell = (reason: string | null) => tellFullness({ ...authority, full: () => reason });
    for (const reason of [null, DISK, DISK, JOURNAL]) tell(reason);
    submit();
    place();
    place();
    expect(limits()).toEqual(["journal reached"]);
    expect(authority.records.limit.get("journal")).toMatchObject({ reason: DISK });
    tell(null);
    expect(limits()).toEqual(["journal reached", "journal eased"]);
  });
});
