/** Server-sent events as text. Only what moves the reader's place in the journal carries an id. */
export const frame = (event: string, data: unknown): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

export const placeFrame = (event: "hello" | "reset", asOf: number): string =>
  `event: ${event}\nid: ${asOf}\ndata: ${JSON.stringify({ asOf })}\n\n`;

export const PING = ": ping\n\n";
