import type { Command } from "commander";
import { type Client, createClient } from "../http.ts";
import { openStream, type Stream, type StreamOptions } from "../stream.ts";
import { readSurroundings } from "./env.ts";
import { Unreachable } from "./failures.ts";
import { openScreen, type Screen } from "./screen.ts";

/** What every command works with. */
export interface Desk {
  readonly client: Client;
  readonly screen: Screen;
  stream(options: Pick<StreamOptions, "after" | "logs" | "on">): Stream;
}

interface Globals {
  readonly url?: string;
  readonly token?: string;
  readonly json?: boolean;
}

/** Longer than the server takes for anything but a stream. */
const ANSWER_MS = 30_000;

const reason = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error as { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? error.message;
};

/** A whole answer within ANSWER_MS, in JSON where it is a success. Throws Unreachable. */
const askingAt =
  (url: string): typeof fetch =>
  async (input, init) => {
    try {
      const answer = await fetch(input, { ...init, signal: AbortSignal.timeout(ANSWER_MS) });
      const body = await answer.text();
      if (answer.ok && !answer.headers.get("content-type")?.includes("json"))
        throw new Error("what answers is not Longshore");
      const { status, statusText, headers } = answer;
      return new Response(body === "" ? null : body, { status, statusText, headers });
    } catch (error) {
      throw new Unreachable(`There is no answer from ${url} (${reason(error)}). Is Longshore running there?`);
    }
  };

/** The desk of a command: its own and the global options say which server. Throws WrongUsage. */
export const deskOf = (command: Command): Desk => {
  const { json = false, ...said } = command.optsWithGlobals<Globals>();
  const { url, token, colours } = readSurroundings(said);
  const place = { baseUrl: url, ...(token === null ? {} : { token }) };
  return {
    client: createClient({ ...place, fetch: askingAt(url) }),
    screen: openScreen({ colours, json }),
    stream: (options) => openStream({ ...place, ...options }),
  };
};
