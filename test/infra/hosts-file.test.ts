import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { BadEnvironment } from "#infra/env.ts";
import { readHostsFile } from "#infra/hosts-file.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

let path = "";
beforeEach(() => {
  path = join(temporaryFolder("hosts"), "hosts.json");
});

const read = (content: unknown) => {
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return readHostsFile(path, "local");
};

describe("the hosts file", () => {
  it("need not be there", () => {
    expect(readHostsFile(path, "local")).toEqual([]);
  });

  it("names hosts, their certificates from where it lies, and the engine that is expected", () => {
    expect(
      read([
        { name: "nas", address: "ssh://me@nas" },
        { name: "build", address: "tcp://10.0.0.7:2376", certs: "certs/build", engine: "ABCD:EFGH" },
      ]),
    ).toMatchObject([
      { name: "nas", at: { kind: "ssh", user: "me" }, certs: null, engine: null },
      { name: "build", certs: join(path, "..", "certs", "build"), engine: "ABCD:EFGH" },
    ]);
  });

  it.each([
    ["{", /is not valid JSON; expected a list/],
    [{ name: "nas" }, /is wrong: must be array/],
    [[{ name: "nas" }], /is wrong: entry 1, must have required properties address/],
    [[{ name: "my nas", address: "ssh://nas" }], /is wrong: entry 1, name, must match pattern/],
    [
      [{ name: "nas", address: "ssh://nas", cert: "x" }],
      /is wrong: entry 1, must not have additional properties \(cert\)/,
    ],
    [[{ name: "nas", address: "nas" }], /has "nas" as the address of nas; expected unix/],
    [[{ name: "local", address: "ssh://nas" }], /names "local" twice, or as this runner's own host/],
    [
      [
        { name: "nas", address: "ssh://nas" },
        { name: "nas", address: "ssh://nas2" },
      ],
      /names "nas" twice/,
    ],
  ])("is refused in one sentence when it is %j", (content, sentence) => {
    expect(() => read(content)).toThrow(BadEnvironment);
    expect(() => read(content)).toThrow(sentence);
  });

  it("is refused when it is a folder", () => {
    mkdirSync(path);
    chmodSync(path, 0o700);
    expect(() => readHostsFile(path, "local")).toThrow(/cannot be read/);
  });
});
