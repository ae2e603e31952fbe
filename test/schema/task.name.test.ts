import { describe, expect, it } from "vitest";
import { nameFor } from "#schema/task.name.ts";

const type = { type: "files.copy", title: "Copy files" };
const named = (naming: string, payload: unknown): string => nameFor({ ...type, naming }, payload);

describe("the name of a task that nobody named", () => {
  it("is what its type makes of the payload", () => {
    expect(named("Copy {from} to {to}", { from: "/a", to: "/b" })).toBe("Copy /a to /b");
    expect(named("Fetch {page.size} of {url}", { page: { size: 50 }, url: "x" })).toBe("Fetch 50 of x");
    expect(named("Read {files}", { files: ["a", "b"] })).toBe("Read a, b");
    expect(named("Read {files} files", { files: ["a", "b", "c", "d"] })).toBe("Read 4 files");
  });

  it("leaves out what the payload does not have, and never shows what is no text or number", () => {
    expect(named("Copy {from} {to}", { from: "/a" })).toBe("Copy /a");
    expect(named("Copy {from}", { from: { secret: 1 } })).toBe("Copy");
    expect(named("{constructor.name}", {})).toBe("Copy files");
    expect(named("{from}", null)).toBe("Copy files");
  });

  it("has what is in square brackets only when the payload has all of it", () => {
    expect(named("Prune [{which} ]images[ on {host}]", {})).toBe("Prune images");
    expect(named("Prune [{which} ]images[ on {host}]", { host: "web-1" })).toBe("Prune images on web-1");
    expect(named("Move[ {from} to {to}]", { from: "a" })).toBe("Move");
    expect(named("Read[ {files}]", { files: ["[{x}]"] })).toBe("Read [{x}]");
  });

  it("is one line of at most 120 characters", () => {
    expect(named("{from}", { from: "a\nb" })).toBe("a b");
    expect(named("{from}", { from: "x".repeat(500) })).toHaveLength(120);
  });

  it("is the type's title, or the command line, without that", () => {
    expect(nameFor(type, { from: "/a" })).toBe("Copy files");
    expect(nameFor({ type: "command", title: "Command" }, { command: ["echo", "hi"] })).toBe("echo hi");
  });
});
