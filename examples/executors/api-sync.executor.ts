import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { appendFile, mkdir, stat, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { defineExecutor, failed, type JobContext, type Static, Type } from "longshore/executor";

const ANSWER_MS = 30_000;
const TRIES = 5;
const FIRST_WAIT_MS = 500;
const LEAST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5 * 60_000;

const Payload = Type.Object(
  {
    url: Type.String({ title: "First page", pattern: "^https?://" }),
    into: Type.String({ title: "File", description: "Absolute; one JSON record per line.", pattern: "^/" }),
    id: Type.Optional(Type.String({ title: "Field that names a record", default: "id" })),
    headers: Type.Optional(Type.Record(Type.String(), Type.String(), { title: "Headers" })),
  },
  { additionalProperties: false },
);

interface Progress {
  /** Null when all pages have been read. */
  readonly next: string | null;
  readonly pages: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Size of the file then: what is behind it belongs to a page that was not finished. */
  readonly size: number;
}

type Answer = { readonly records: readonly Record<string, unknown>[]; readonly next: string | null };
type Instead = "cancelled" | "paused";
/** `asked` is called for each request. */
type Asking = Pick<JobContext, "cancelled" | "pausing" | "log"> & { asked(): void };

class Unusable extends Error {
  override readonly name = "Unusable";
}

/** What fetch itself says is only that it failed. */
const explain = (error: unknown): string => {
  const { cause } = error as { cause?: unknown };
  return cause instanceof Error ? cause.message : error instanceof Error ? error.message : String(error);
};

const hashOf = (line: string): string => createHash("sha256").update(line).digest("base64");

/** What the file holds: a hash by id; the last line of an id counts. */
const readKnown = async (file: string, id: string): Promise<Map<string, string>> => {
  const known = new Map<string, string>();
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity }))
    if (line !== "") known.set(String((JSON.parse(line) as Record<string, unknown>)[id]), hashOf(line));
  return known;
};

/** From a Link header, or `next` of the body: a URL, or a cursor for this one. Never on another server. */
const nextOf = (url: string, link: string | null, body: unknown): string | null => {
  const linked = link?.split(",").find((one) => /;\s*rel="?next"?/.test(one));
  const named = (body as { next?: unknown } | null)?.next;
  const text = linked?.match(/<([^>]+)>/)?.[1] ?? (typeof named === "string" && named !== "" ? named : null);
  if (text === null) return null;
  const next = new URL(/^(https?:|[/?])/.test(text) ? text : `?cursor=${encodeURIComponent(text)}`, url);
  if (next.origin !== new URL(url).origin)
    throw new Unusable(`The next page is on another server: ${next.origin}`);
  return next.href;
};

const recordsOf = (body: unknown): Answer["records"] => {
  const { items, data } = (body ?? {}) as { items?: unknown; data?: unknown };
  const list = [body, items, data].find((one) => Array.isArray(one)) as unknown[] | undefined;
  if (!list) throw new Unusable("The answer holds no list of records.");
  return list as Answer["records"];
};

const retryAfter = (text: string | null, fallback: number): number => {
  const wanted = text === null ? NaN : Number(text) * 1_000 || Date.parse(text) - Date.now();
  return Math.min(Number.isFinite(wanted) ? Math.max(wanted, 0) : fallback, LONGEST_WAIT_MS);
};

/** Waits, unless there is something better to do. */
const wait = async (ms: number, { cancelled, pausing }: Asking): Promise<Instead | undefined> => {
  await sleep(ms, undefined, { signal: AbortSignal.any([cancelled, pausing]) }).catch(() => undefined);
  if (cancelled.aborted) return "cancelled";
  return pausing.aborted ? "paused" : undefined;
};

/** One page. Too many requests is no failure: the server says when to come back. */
const fetchPage = async (
  url: string,
  headers: Readonly<Record<string, string>>,
  context: Asking,
): Promise<Answer | Instead> => {
  let why = "";
  for (let tries = 1; tries <= TRIES;) {
    let pause = FIRST_WAIT_MS * 2 ** (tries - 1);
    context.asked();
    try {
      const signal = AbortSignal.any([context.cancelled, AbortSignal.timeout(ANSWER_MS)]);
      const response = await fetch(url, {
        headers: { accept: "application/json", ...headers },
        signal,
        redirect: "manual",
      });
      if (response.ok) {
        const body: unknown = await response.json();
        return { records: recordsOf(body), next: nextOf(url, response.headers.get("link"), body) };
      }
      await response.body?.cancel();
      why = `${url} answers ${response.status}.`;
      if (response.status !== 429 && response.status < 500) throw new Unusable(why);
      pause = Math.max(retryAfter(response.headers.get("retry-after"), pause), LEAST_WAIT_MS);
      if (response.status === 429)
        context.log(`Too many requests: going on in ${Math.ceil(pause / 1_000)} s.`);
      else tries += 1;
    } catch (error) {
      if (error instanceof Unusable) throw error;
      why = explain(error);
      tries += 1;
    }
    const instead = await wait(pause, context);
    if (instead) return instead;
  }
  throw new Error(why);
};

/** Where to go on: the file is cut back to its last whole page, or the sync begins anew when it is not what it was. */
const beginAt = async (
  checkpoint: Progress | null,
  { url, into }: Static<typeof Payload>,
): Promise<Progress> => {
  const { size } = await stat(into);
  if (!checkpoint || size < checkpoint.size)
    return { next: url, pages: 0, added: 0, changed: 0, unchanged: 0, size };
  await truncate(into, checkpoint.size);
  return checkpoint;
};

export const executor = defineExecutor({
  type: "api.sync",
  title: "API sync",
  description:
    "Reads all pages of an HTTP API into a file of JSON lines; repeated, it adds only what is new or changed.",
  payload: Payload,
  naming: "Sync {url}",
  example: { url: "https://api.example.com/orders?limit=100", into: "/srv/orders.jsonl" },
  repeatable: true,
  pause: "checkpoint",
  retry: { maxAttempts: 3, initialMs: 10_000, factor: 2, maxMs: 300_000, jitter: 0.2 },

  run: async (context) => {
    const { payload, checkpoint, keep, progress, metric, cancelled, pausing } = context;
    const { into, id = "id", headers = {} } = payload;
    await mkdir(dirname(into), { recursive: true });
    await appendFile(into, "");
    let at = await beginAt(checkpoint as Progress | null, payload);
    // Before anything is written, so that half a line of a first page is cut off again.
    if (checkpoint !== at) await keep(at);
    const known = await readKnown(into, id);
    let requests = 0;
    const asking: Asking = { ...context, asked: () => metric("requests", (requests += 1)) };

    /** Adds the lines of one page at once. */
    const take = async ({ records, next }: Answer, before: Progress): Promise<Progress> => {
      const after = { ...before, next, pages: before.pages + 1 };
      let lines = "";
      for (const record of records) {
        const name = (record as Record<string, unknown> | null)?.[id];
        if (typeof name !== "string" && typeof name !== "number")
          throw new Unusable(`A record has no "${id}".`);
        const line = JSON.stringify(record);
        const [had, has] = [known.get(String(name)), hashOf(line)];
        if (had === has) after.unchanged += 1;
        else if (had === undefined) after.added += 1;
        else after.changed += 1;
        if (had !== has) lines += `${line}\n`;
        known.set(String(name), has);
      }
      await appendFile(into, lines);
      return { ...after, size: before.size + Buffer.byteLength(lines) };
    };

    try {
      while (at.next !== null) {
        if (cancelled.aborted) return { type: "cancelled" };
        if (pausing.aborted) return { type: "paused" };
        const answer = await fetchPage(at.next, headers, asking);
        if (typeof answer === "string") return { type: answer };
        at = await take(answer, at);
        await keep(at);
        progress({ percent: null, message: `${at.pages} pages, ${known.size} records` });
        metric("pages", at.pages);
      }
    } catch (error) {
      if (cancelled.aborted) return { type: "cancelled" };
      return failed("api", explain(error), !(error instanceof Unusable));
    }
    const { pages, added, changed, unchanged } = at;
    return { type: "completed", result: { pages, added, changed, unchanged, records: known.size } };
  },
});
