const HEADER_BYTES = 8;

/** What a frame belongs to, by its number; `systemerr` is the engine's own complaint about the stream. */
const STREAMS = ["stdin", "stdout", "stderr", "systemerr"] as const;
type Stream = Exclude<(typeof STREAMS)[number], "stdin">;

const MULTIPLEXED = "application/vnd.docker.multiplexed-stream";

/** Whether output comes in frames: engines say so from API 1.42 on; before, it does unless the container has a terminal. */
export const isFramed = (contentType: string | undefined, hasTerminal: boolean): boolean =>
  contentType === MULTIPLEXED || !hasTerminal;

/** Undefined for what cannot be a frame's beginning. */
const streamOf = (header: Buffer): Stream | undefined => {
  const name = STREAMS[header[0] ?? -1];
  if (name === undefined || header[1] !== 0 || header[2] !== 0 || header[3] !== 0) return undefined;
  return name === "stdin" ? "stdout" : name;
};

/**
 * Splits what an engine sends of a container without a terminal: frames of a stream's number, a length and that many bytes.
 * Bytes of one chunk and one stream are told at once. What is no frame is stdout from there on: nothing is lost.
 */
export const createDemultiplexer = (
  streams: Readonly<Record<Stream, (bytes: Buffer) => void>>,
): ((chunk: Buffer) => void) => {
  let begun = Buffer.alloc(0);
  let left = 0;
  let stream: Stream = "stdout";
  let parts: Buffer[] = [];

  const tell = (): void => {
    const [first] = parts;
    if (first) streams[stream](parts.length === 1 ? first : Buffer.concat(parts));
    parts = [];
  };
  /** Takes a header, or as much of it as there is; gives the rest. */
  const takeHeader = (bytes: Buffer): Buffer => {
    const missing = HEADER_BYTES - begun.length;
    const header = begun.length === 0 ? bytes : Buffer.concat([begun, bytes.subarray(0, missing)]);
    if (header.length < HEADER_BYTES) {
      begun = Buffer.from(header);
      return bytes.subarray(bytes.length);
    }
    begun = Buffer.alloc(0);
    const next = streamOf(header);
    if (next !== stream) tell();
    stream = next ?? "stdout";
    if (!next) parts.push(header.subarray(0, HEADER_BYTES));
    left = next ? header.readUInt32BE(4) : Infinity;
    return bytes.subarray(missing);
  };

  return (chunk) => {
    for (let rest = chunk; rest.length > 0;) {
      if (left === 0) {
        rest = takeHeader(rest);
        continue;
      }
      const part = rest.subarray(0, left);
      left -= part.length;
      rest = rest.subarray(part.length);
      parts.push(part);
    }
    tell();
  };
};
