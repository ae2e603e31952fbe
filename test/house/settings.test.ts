import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSurroundings } from "#client/cli/env.ts";
import { readEnv } from "#infra/env.ts";

const ROOT = join(import.meta.dirname, "../..");
const DATA = "/data";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** Every variable that is asked for where nothing is set. */
const askedBy = (
  reader: (source: Readonly<Record<string, string | undefined>>) => unknown,
): readonly string[] => {
  const names = new Set<string>();
  const nothing = new Proxy<Record<string, string>>(
    {},
    {
      get: (_, name) => {
        names.add(String(name));
        return undefined;
      },
    },
  );
  reader(nothing);
  return [...names].toSorted();
};
const asked = (): readonly string[] => askedBy(readEnv);

/** Rows of the table of settings: the variable, and its default as it is written there. */
const settings = (): readonly (readonly [name: string, fallback: string])[] =>
  read("README.md")
    .split("\n")
    .flatMap((line) => {
      const [, name, fallback] = /^\| `([A-Z_]+)` +\|.*\| *([^|]*?) *\|$/.exec(line) ?? [];
      return name === undefined || fallback === undefined ? [] : [[name, fallback] as const];
    });

/** A default that stands alone in code marks is the value itself; others are told in words. */
const values = settings().flatMap(([name, fallback]) => {
  const [, value] = /^`([^`]+)`$/.exec(fallback) ?? [];
  return value === undefined ? [] : [[name, value.replace("<data>", DATA)] as const];
});

describe("the README's table of settings", () => {
  it("has a row for every variable that is read, and no other", () => {
    expect(
      settings()
        .map(([name]) => name)
        .toSorted(),
    ).toEqual(asked());
  });

  it.each(values)("tells the default of %s: %s", (name, value) => {
    // The data folder is where the other paths begin, so it alone stays as it is.
    const rest = name === "LONGSHORE_DATA" ? {} : { LONGSHORE_DATA: DATA };
    expect(readEnv({ ...rest, [name]: value })).toEqual(readEnv(rest));
  });

  it("tells as a value what has one", () => {
    const inWords = settings().filter(([name]) => !values.some(([told]) => told === name));
    expect(inWords.map(([name]) => name).toSorted()).toEqual([
      "DOCKER_HOST",
      "LONGSHORE_ADMIN_TOKEN",
      "LONGSHORE_DATABASE_URL",
      "LONGSHORE_LABELS",
      "LONGSHORE_NATS_SEED_FILE",
      "LONGSHORE_NATS_URL",
    ]);
  });
});

it("no page names a variable that is not read", () => {
  const pages = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`);
  expect(pages).toContain("docs/guides/runners.md");
  const known = [...asked(), ...askedBy((source) => readSurroundings({}, source))];
  const unknown = ["README.md", ...pages].flatMap((page) =>
    (read(page).match(/\bLONGSHORE_[A-Z_]+\b/g) ?? [])
      .filter((name) => !known.includes(name))
      .map((name) => `${page}: ${name}`),
  );
  expect(unknown).toEqual([]);
});
