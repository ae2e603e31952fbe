import { readFileSync } from "node:fs";
import { join } from "node:path";
import { WrongUsage } from "./failures.ts";

type Source = Readonly<Record<string, string | undefined>>;

/** Where the command line finds its server, and how it may write to the terminal. */
export interface Surroundings {
  readonly url: string;
  readonly token: string | null;
  readonly colours: boolean;
}

/** An address without a slash at its end. Throws WrongUsage for what is none. */
const serverAddress = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new WrongUsage(
      `"${text}" is no address of a server; expected something like http://127.0.0.1:7400.`,
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
};

/** The administrator's token of the Longshore that runs on this folder; null where there is none for us. */
const tokenIn = (data: string): string | null => {
  try {
    return readFileSync(join(data, "admin-token"), "utf8").trim() || null;
  } catch {
    return null;
  }
};

/**
 * What options and environment say; options win. The token of the data folder is for the default address only: it must
 * not travel to a server that somebody named.
 */
export const readSurroundings = (
  options: { readonly url?: string; readonly token?: string },
  source: Source = process.env,
): Surroundings => {
  const read = (name: string): string | undefined => source[name] || undefined;
  const named = options.url ?? read("LONGSHORE_URL");
  const given = options.token ?? read("LONGSHORE_TOKEN");
  const own = named === undefined ? read("LONGSHORE_ADMIN_TOKEN") : undefined;
  const local = named === undefined ? tokenIn(read("LONGSHORE_DATA") ?? ".longshore") : null;
  return {
    url: serverAddress(named ?? `http://127.0.0.1:${read("LONGSHORE_PORT") ?? "7400"}`),
    token: given ?? own ?? local,
    colours: read("NO_COLOR") === undefined && process.stdout.isTTY,
  };
};
