import fc from "fast-check";
import { expect, it } from "vitest";
import {
  createDemultiplexer,
  isFramed,
} from "../../../../../../services/runner/executors/docker/run/frames.ts";

const NAMES = ["stdout", "stdout", "stderr", "systemerr"] as const;
type Name = (typeof NAMES)[number];

const frame = (stream: number, text: Buffer): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(text.length, 4);
  return Buffer.concat([header, text]);
};

const listener = () => {
  const heard: { name: Name; bytes: Buffer }[] = [];
  const hear = createDemultiplexer({
    stdout: (bytes) => heard.push({ name: "stdout", bytes }),
    stderr: (bytes) => heard.push({ name: "stderr", bytes }),
    systemerr: (bytes) => heard.push({ name: "systemerr", bytes }),
  });
  const of = (name: Name): Buffer =>
    Buffer.concat(heard.filter((one) => one.name === name).map(({ bytes }) => bytes));
  return { hear, of, heard };
};

it("gives each stream its bytes, however the frames are cut into chunks", () => {
  const frames = fc.array(
    fc.tuple(fc.constantFrom(0, 1, 2, 3), fc.uint8Array({ maxLength: 40 }).map(Buffer.from)),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (sent, cuts) => {
      const { hear, of } = listener();
      const all = Buffer.concat(sent.map(([stream, text]) => frame(stream, text)));
      for (let at = 0, turn = 0; at < all.length; turn += 1) {
        const size = cuts[turn % cuts.length] ?? 1;
        hear(all.subarray(at, at + size));
        at += size;
      }
      for (const name of ["stdout", "stderr", "systemerr"] as const) {
        const parts = sent.filter(([stream]) => NAMES[stream] === name).map(([, text]) => text);
        expect(of(name)).toEqual(Buffer.concat(parts));
      }
    }),
  );
});

it("takes a megabyte of frames of one byte each, and tells it in few pieces", () => {
  const count = 1024 * 1024;
  const one = frame(1, Buffer.from("x"));
  const all = Buffer.alloc(count * one.length);
  for (let index = 0; index < count; index += 1) one.copy(all, index * one.length);
  const { hear, of, heard } = listener();
  // As a socket gives them: 64 KiB do not end where a frame does.
  for (let at = 0; at < all.length; at += 65_536) hear(all.subarray(at, at + 65_536));
  expect(of("stdout").equals(Buffer.alloc(count, "x"))).toBe(true);
  expect(heard.length).toBeLessThanOrEqual(Math.ceil(all.length / 65_536));
});

it("keeps the order of what the streams say", () => {
  const { hear, heard } = listener();
  hear(Buffer.concat([frame(1, Buffer.from("a")), frame(2, Buffer.from("b")), frame(1, Buffer.from("c"))]));
  expect(heard.map(({ name, bytes }) => `${name} ${bytes.toString()}`)).toEqual([
    "stdout a",
    "stderr b",
    "stdout c",
  ]);
});

it("loses nothing of what is no frame", () => {
  const { hear, of } = listener();
  const text = Buffer.from("plain words, as of a terminal");
  hear(frame(2, Buffer.from("first")));
  hear(text.subarray(0, 3));
  hear(text.subarray(3));
  expect(of("stderr").toString()).toBe("first");
  expect(of("stdout").toString()).toBe(text.toString());
});

it("knows by what the engine says, else by the terminal, whether there are frames", () => {
  expect(isFramed("application/vnd.docker.multiplexed-stream", false)).toBe(true);
  // Older engines call both raw.
  expect(isFramed("application/vnd.docker.raw-stream", false)).toBe(true);
  expect(isFramed("application/vnd.docker.raw-stream", true)).toBe(false);
  expect(isFramed(undefined, true)).toBe(false);
});
