const HEADER_BYTES = 8;

/** Splits what an engine sends of a container without a terminal: frames of a stream's number, a length and that many bytes. */
export const createDemultiplexer = (
  streams: Readonly<Record<"stdout" | "stderr", (bytes: Buffer) => void>>,
): ((chunk: Buffer) => void) => {
  let header = Buffer.alloc(0);
  let left = 0;
  let take = streams.stdout;

  return (chunk) => {
    let rest = chunk;
    while (rest.length > 0) {
      if (left > 0) {
        const part = rest.subarray(0, left);
        left -= part.length;
        rest = rest.subarray(part.length);
        take(part);
        continue;
      }
      const missing = HEADER_BYTES - header.length;
      header = Buffer.concat([header, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (header.length < HEADER_BYTES) return;
      take = header[0] === 2 ? streams.stderr : streams.stdout;
      left = header.readUInt32BE(4);
      header = Buffer.alloc(0);
    }
  };
};
