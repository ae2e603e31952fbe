import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { readSurroundings } from "#client/cli/env.ts";
import { endingOf, Unreachable, WrongUsage } from "#client/cli/failures.ts";
import { countTable } from "#client/cli/overview-commands.ts";
import { createProgram } from "#client/cli/program.ts";
import { readIds, readLabel, readPayload } from "#client/cli/reading.ts";
import { type Column, table } from "#client/cli/table.ts";
import { ApiProblem } from "#client/http.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

interface Row {
  readonly id: string;
  readonly name: string;
  readonly count: number;
}
const columns: readonly Column<Row>[] = [
  { title: "ID", text: ({ id }) => id },
  { title: "NAME", text: ({ name }) => name, least: 8 },
  { title: "COUNT", text: ({ count }) => String(count), right: true },
];
const rows: readonly Row[] = [
  { id: "a", name: "short", count: 7 },
  { id: "bcd", name: "a name that goes on and on", count: 1234 },
];

describe("tables of the command line", () => {
  it("are as wide as what they hold, with numbers to the right", () => {
    expect(table(columns, rows, Infinity)).toEqual([
      "ID   NAME                        COUNT",
      "a    short                           7",
      "bcd  a name that goes on and on   1234",
    ]);
  });

  it("cut the column that gives where the line is too long, and keep the others whole", () => {
    const lines = table(columns, rows, 24);
    expect(lines.map((line) => line.length)).toEqual([24, 24, 24]);
    expect(lines[2]).toBe("bcd  a name that…   1234");
  });

  it("make no column narrower than it may be", () => {
    expect(table(columns, rows, 5)[2]).toBe("bcd  a name …   1234");
  });

  it("leave out what can be spared where cutting is not enough, the most dispensable first", () => {
    const spare: readonly Column<Row>[] = [
      { ...columns[0]!, spare: 1 },
      columns[1]!,
      { ...columns[2]!, spare: 2 },
    ];
    expect(table(spare, rows, 15)).toEqual(["ID   NAME", "a    short", "bcd  a name th…"]);
    expect(table(spare, rows, 10)).toEqual(["NAME", "short", "a name th…"]);
  });

  it("count what people see as one character as one", () => {
    expect(table(columns, [{ id: "é", name: "👩‍🚀👩‍🚀", count: 1 }], Infinity)).toEqual([
      "ID  NAME  COUNT",
      "é   👩‍🚀👩‍🚀        1",
    ]);
  });

  it("hold nothing that a terminal would obey", () => {
    const name = "\u001B[2Jbad\nname\u202Eback";
    expect(table(columns, [{ id: "a", name, count: 1 }], Infinity)[1]).toBe("a   [2Jbad name back      1");
  });

  it("count tasks in the states that some are in, in the chart's order, with a sum", () => {
    const queues = [
      { id: "default", counts: { completed: 2, queued: 1 } },
      { id: "media", counts: { completed: 3 } },
    ];
    expect(countTable(queues, Infinity)).toEqual([
      "QUEUE    QUEUED  COMPLETED",
      "default       1          2",
      "media         0          3",
      "all           1          5",
    ]);
  });
});

describe("arguments of the command line", () => {
  it("take a payload as it is or from a file, and say what is wrong with it", async () => {
    const file = join(temporaryFolder("payload"), "payload.json");
    writeFileSync(file, '{"a": [1]}');
    expect(await readPayload('{"a": [1]}')).toEqual({ a: [1] });
    expect(await readPayload(`@${file}`)).toEqual({ a: [1] });
    await expect(readPayload("{")).rejects.toThrow(/^The payload is not JSON: /);
    await expect(readPayload(`@${file}.gone`)).rejects.toThrow(WrongUsage);
  });

  it("gather labels and ids that are said several times", () => {
    expect(readLabel("b=c=d", readLabel("a="))).toEqual({ a: "", b: "c=d" });
    expect(() => readLabel("=c")).toThrow("Expected key=value.");
    expect(() => readLabel("c")).toThrow("Expected key=value.");
    expect(readIds("c", readIds("a,b,"))).toEqual(["a", "b", "c"]);
  });

  it("are refused with one sentence when they cannot be meant", async () => {
    const refusal = async (...words: string[]): Promise<string> => {
      let said = "";
      const program = createProgram();
      for (const command of [program, ...program.commands])
        command.configureOutput({ writeErr: (text) => (said += text) });
      await expect(program.parseAsync(words, { from: "user" })).rejects.toBeInstanceOf(CommanderError);
      return said;
    };
    expect(await refusal("list", "--priority", "urgent")).toContain("Allowed choices are critical, high,");
    expect(await refusal("list", "--limit", "many")).toContain("Expected a whole number.");
    expect(await refusal("submit", "a", "--label", "b")).toContain("Expected key=value.");
    expect(await refusal("shwo", "x")).toContain("Did you mean show?");
  });
});

describe("the surroundings of the command line", () => {
  const data = join(temporaryFolder("data"), "data");
  mkdirSync(data);
  writeFileSync(join(data, "admin-token"), "lsh_local\n");
  const local = { LONGSHORE_DATA: data, LONGSHORE_PORT: "7777" };

  it("are the stack of this machine and its administrator when nothing is said", () => {
    expect(readSurroundings({}, local)).toMatchObject({ url: "http://127.0.0.1:7777", token: "lsh_local" });
    expect(readSurroundings({}, { LONGSHORE_DATA: join(data, "none") })).toMatchObject({
      url: "http://127.0.0.1:7400",
      token: null,
    });
    expect(readSurroundings({}, { ...local, LONGSHORE_ADMIN_TOKEN: "lsh_set" }).token).toBe("lsh_set");
  });

  it("are what options say before what the environment says", () => {
    const source = { LONGSHORE_URL: "https://ship.example/longshore/", LONGSHORE_TOKEN: "lsh_env" };
    expect(readSurroundings({}, source)).toMatchObject({
      url: "https://ship.example/longshore",
      token: "lsh_env",
    });
    expect(readSurroundings({ url: "http://other:1", token: "lsh_said" }, source)).toMatchObject({
      url: "http://other:1",
      token: "lsh_said",
    });
  });

  it("keep the local administrator's token from a server that was named", () => {
    const source = { ...local, LONGSHORE_ADMIN_TOKEN: "lsh_set" };
    expect(readSurroundings({ url: "http://other:1" }, source).token).toBeNull();
    expect(readSurroundings({}, { ...source, LONGSHORE_URL: "http://other:1" }).token).toBeNull();
  });

  it("refuse an address that is none", () => {
    for (const url of ["nonsense", "localhost:7400", "ftp://x"])
      expect(() => readSurroundings({ url }, {})).toThrow(WrongUsage);
  });
});

describe("the end of the command line", () => {
  it("has a code for each sort of failure, and a bug stays a bug", () => {
    const refused = new ApiProblem({
      type: "about:blank",
      title: "Bad Request",
      status: 400,
      detail: "The payload does not fit.",
      details: [{ path: "/payload/command", message: "must be array" }],
    });
    expect(endingOf(refused)).toEqual({
      code: 1,
      sentence: "The payload does not fit.\n  /payload/command: must be array",
    });
    expect(endingOf(new WrongUsage("No."))).toEqual({ code: 2, sentence: "No." });
    expect(endingOf(new Unreachable("Nobody."))).toEqual({ code: 3, sentence: "Nobody." });
    expect(endingOf(new CommanderError(0, "commander.help", "help"))).toEqual({ code: 0, sentence: null });
    expect(() => endingOf(new TypeError("a bug"))).toThrow("a bug");
  });
});
