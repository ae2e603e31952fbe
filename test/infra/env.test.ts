import { describe, expect, it } from "vitest";
import { BadEnvironment, readEnv } from "#infra/env.ts";

describe("LONGSHORE_SLOTS", () => {
  it.each([
    [undefined, 10, 10],
    ["3", 3, 3],
    ["2-10", 2, 10],
    ["1-1000", 1, 1_000],
  ])("%s means from %d to %d slots", (text, min, max) => {
    expect(readEnv({ LONGSHORE_SLOTS: text }).slots).toEqual({ min, max });
  });

  it.each(["0", "-3", "5-2", "0-2", "1001", "1-", "two", "2-10-12", "1.5"])("%s is refused", (text) => {
    expect(() => readEnv({ LONGSHORE_SLOTS: text })).toThrow(BadEnvironment);
  });
});

describe("LONGSHORE_LABELS", () => {
  it("are pairs separated by commas", () => {
    expect(readEnv({}).labels).toEqual({});
    expect(readEnv({ LONGSHORE_LABELS: "gpu=yes, zone=eu-1" }).labels).toEqual({ gpu: "yes", zone: "eu-1" });
  });

  it.each(["gpu", "=yes", "a b=c"])("%s is refused", (text) => {
    expect(() => readEnv({ LONGSHORE_LABELS: text })).toThrow(BadEnvironment);
  });
});

describe("LONGSHORE_EXECUTORS", () => {
  it("is a folder of the data folder, or the one that is named", () => {
    expect(readEnv({ LONGSHORE_DATA: "/data" }).executors).toBe("/data/executors");
    expect(readEnv({ LONGSHORE_DATA: "/data", LONGSHORE_EXECUTORS: "/own" }).executors).toBe("/own");
  });
});

describe("LONGSHORE_LOG_LEVEL", () => {
  it("is info unless set, and one that the log does not know is refused", () => {
    expect(readEnv({}).logLevel).toBe("info");
    expect(readEnv({ LONGSHORE_LOG_LEVEL: "debug" }).logLevel).toBe("debug");
    expect(() => readEnv({ LONGSHORE_LOG_LEVEL: "loud" })).toThrow(
      /LONGSHORE_LOG_LEVEL is "loud"; expected info/,
    );
  });
});

describe("LONGSHORE_GROUPS", () => {
  it("is the best there is, or one of the kinds, and nothing else", () => {
    expect(readEnv({}).groups).toBe("auto");
    expect(readEnv({ LONGSHORE_GROUPS: "soft" }).groups).toBe("soft");
    expect(() => readEnv({ LONGSHORE_GROUPS: "v3" })).toThrow(BadEnvironment);
  });
});
