import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Type, { type Static } from "typebox";
import { Errors } from "typebox/value";
import { BadEnvironment } from "#infra/env.ts";
import { isToken, TOKEN_PATTERN } from "#schema/token.ts";
import { type Address, parseAddress } from "./engine-address.ts";

const HostsFile = Type.Array(
  Type.Object(
    {
      name: Type.String({ pattern: TOKEN_PATTERN }),
      address: Type.String({ minLength: 1, maxLength: 500 }),
      certs: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
      engine: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    },
    { additionalProperties: false },
  ),
  { maxItems: 100 },
);

/** A host the operator has named. */
export interface NamedHost {
  readonly name: string;
  readonly address: string;
  readonly at: Address;
  /** Folder of its certificates; a relative one is meant from where the file is. */
  readonly certs: string | null;
  /** Id of the only engine that is accepted there; null for any. */
  readonly engine: string | null;
}

const EXPECTED = 'expected a list such as [{"name": "nas", "address": "ssh://me@nas"}]';

/** In people's words: `entry 2, name: must match …`. */
const faultOf = (value: unknown): string | undefined => {
  const errors = Errors(HostsFile, value);
  // Of a key that must not be there two things are said, and this one tells nobody anything.
  const told = errors.find(({ message }) => message !== "schema is false") ?? errors[0];
  if (!told) return undefined;
  const [index, ...keys] = told.instancePath.split("/").slice(1);
  const place = index === undefined ? [] : [`entry ${Number(index) + 1}`, ...keys];
  const extra = (told.params as { additionalProperties?: readonly string[] }).additionalProperties;
  return `${[...place, told.message].join(", ")}${extra ? ` (${extra.join(", ")})` : ""}`;
};

const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    // Where the data folder is a file, somebody else says so.
    if (["ENOENT", "ENOTDIR"].includes((error as { code?: string }).code ?? "")) return undefined;
    throw new BadEnvironment(`The hosts file ${path} cannot be read (${(error as Error).message}).`);
  }
};

const parse = (path: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadEnvironment(`The hosts file ${path} is not valid JSON; ${EXPECTED}.`);
  }
};

/** The hosts a file names; none when it is not there. `taken` is the runner's own host. Throws BadEnvironment. */
export const readHostsFile = (path: string, taken: string): readonly NamedHost[] => {
  const text = readText(path);
  if (text === undefined) return [];
  const value = parse(path, text);
  const fault = faultOf(value);
  if (fault !== undefined)
    throw new BadEnvironment(`The hosts file ${path} is wrong: ${fault}; ${EXPECTED}.`);
  const names = new Set([taken]);
  return (value as Static<typeof HostsFile>).map(({ name, address, certs, engine }) => {
    if (!isToken(name) || names.has(name))
      throw new BadEnvironment(`The hosts file ${path} names "${name}" twice, or as this runner's own host.`);
    names.add(name);
    const at = parseAddress(address, certs !== undefined);
    if (at === undefined)
      throw new BadEnvironment(
        `The hosts file ${path} has "${address}" as the address of ${name}; expected unix:///path, tcp://host:port or ssh://user@host.`,
      );
    return {
      name,
      address,
      at,
      certs: certs === undefined ? null : resolve(dirname(path), certs),
      engine: engine ?? null,
    };
  });
};
