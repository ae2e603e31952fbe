import { StringDecoder } from "node:string_decoder";

/** Kept of each stream; the rest is read and counted, so that the command is never held up. */
export const OUTPUT_LIMIT = 10 * 1024 * 1024;

/** One output stream of a command as text: characters cut by chunk edges are joined, invalid bytes replaced. */
export interface OutputStream {
  take(bytes: Buffer): void;
  /** Sends what is left, and how many bytes were dropped. */
  end(): void;
  /** The last line with something in it, at most 1,000 characters. */
  readonly lastLine: string;
}

export const createOutput = (
  send: (text: string, dropped?: number) => void,
  limit = OUTPUT_LIMIT,
): OutputStream => {
  const decoder = new StringDecoder("utf8");
  let kept = 0;
  let dropped = 0;
  let tail = "";

  const pass = (text: string): void => {
    if (text === "") return;
    send(text);
    tail = (tail + text).slice(-4_000);
  };
  return {
    take: (bytes) => {
      const room = bytes.subarray(0, Math.max(0, limit - kept));
      kept += room.length;
      dropped += bytes.length - room.length;
      pass(decoder.write(room));
    },
    end: () => {
      pass(decoder.end());
      if (dropped > 0) send(`\n[${dropped} bytes beyond ${limit} were left out]\n`, dropped);
    },
    get lastLine() {
      const lines = tail.split("\n").map((line) => line.trim());
      return (lines.findLast((line) => line !== "") ?? "").slice(0, 1_000);
    },
  };
};
