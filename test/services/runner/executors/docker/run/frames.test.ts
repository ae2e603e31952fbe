import fc from "fast-check";
import { expect, it } from "vitest";
import { createDemultiplexer } from "../../../../../../services/runner/executors/docker/run/frames.ts";

const frame = (stream: 1 | 2, text: Buffer): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(text.length, 4);
  return Buffer.concat([header, text]);
};

it("gives each stream its bytes, however the frames are cut into chunks", () => {
  const frames = fc.array(
    fc.tuple(fc.constantFrom<1 | 2>(1, 2), fc.uint8Array({ maxLength: 40 }).map(Buffer.from)),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (sent, cuts) => {
      const got = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
      const hear = createDemultiplexer({
        stdout: (bytes) => got.stdout.push(bytes),
        stderr: (bytes) => got.stderr.push(bytes),
      });
      const all = Buffer.concat(sent.map(([stream, text]) => frame(stream, text)));
      for (let at = 0, turn = 0; at < all.length; turn += 1) {
        const size = cuts[turn % cuts.length] ?? 1;
        hear(all.subarray(at, at + size));
        at += size;
      }
      const of = (stream: number): Buffer =>
        Buffer.concat(sent.filter(([one]) => one === stream).map(([, text]) => text));
      expect(Buffer.concat(got.stdout)).toEqual(of(1));
      expect(Buffer.concat(got.stderr)).toEqual(of(2));
    }),
  );
});
