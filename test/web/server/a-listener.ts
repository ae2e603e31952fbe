import { createParser } from "eventsource-parser";
import { until } from "../../support/until.ts";

export interface Heard {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** One connection to a stream and all it said. */
export interface Listening {
  readonly events: readonly Heard[];
  facts(): number[];
  pings(): number;
  ended(): boolean;
  /** The next event of a kind that this has not answered with yet. */
  next(event: string): Promise<Heard>;
  close(): void;
}

export const listen = async (url: string, headers: Record<string, string>): Promise<Listening> => {
  const line = new AbortController();
  const response = await fetch(url, { headers, signal: line.signal });
  if (response.status !== 200 || response.body === null) {
    throw new Error(`stream: ${response.status} ${await response.text()}`);
  }
  const events: Heard[] = [];
  let pings = 0;
  let ended = false;
  const parser = createParser({
    onEvent: ({ event, id, data }) => events.push({ event: event ?? "message", id, data: JSON.parse(data) }),
    onComment: () => (pings += 1),
  });
  const body = response.body;
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const bytes of body) parser.feed(decoder.decode(bytes as Uint8Array, { stream: true }));
  };
  void read()
    .catch(() => undefined)
    .finally(() => (ended = true));
  const answered = new Set<Heard>();
  return {
    events,
    facts: () => events.filter(({ event }) => event === "fact").map(({ id }) => Number(id)),
    pings: () => pings,
    ended: () => ended,
    next: (event) =>
      until(`the event ${event}`, () => {
        const found = events.find((heard) => heard.event === event && !answered.has(heard));
        if (found) answered.add(found);
        return found;
      }),
    close: () => line.abort(),
  };
};
