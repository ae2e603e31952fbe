import { describe, expect, it } from "vitest";
import { csvLine } from "../../../web/server/csv.ts";
import { fileName } from "../../../web/server/export.ts";

describe("a line of comma separated values", () => {
  it("quotes what would end a cell, doubles quotation marks, and ends as RFC 4180 says", () => {
    expect(csvLine(["plain", 'say "hi", twice', "two\r\nlines", 7, true, null, undefined, "größe"])).toBe(
      'plain,"say ""hi"", twice","two\r\nlines",7,true,,,größe\r\n',
    );
  });

  it.each(["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])(
    "takes %j for text, so that no spreadsheet calculates it",
    (text) => {
      expect(csvLine([text]).replace(/^"/, "").startsWith("'")).toBe(true);
    },
  );

  it("leaves numbers alone, also negative ones", () => {
    expect(csvLine([-5, 0])).toBe("-5,0\r\n");
  });
});

describe("a file's name", () => {
  it("keeps letters and digits of what people chose and nothing that means something elsewhere", () => {
    expect(fileName(['Stop "a/../b"\r\nX: 1', "task-7"], "csv")).toBe("Stop-a-..-b-X-1-task-7.csv");
    expect(fileName(["../..", "数", "task-8"], "json")).toBe("task-8.json");
    expect(fileName(["x".repeat(300), "t"], "csv").length).toBeLessThan(70);
  });
});
