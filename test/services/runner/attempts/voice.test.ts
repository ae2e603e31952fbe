import { beforeEach, expect, it } from "vitest";
import type { MeasuredStep } from "../../../../services/runner/executor.ts";
import { createVoice, type Voice } from "../../../../services/runner/attempts/voice.ts";

let now: number;
let attempt: number;
let told: string[];
let voice: Voice;
beforeEach(() => {
  now = 0;
  attempt = 1;
  told = [];
  voice = createVoice(
    {
      progress: (_, number, { message }) => void told.push(`${number} ${message}`),
      log: (_, number, chunk, { text }) => void told.push(`${number} #${chunk} ${text}`),
    },
    () => ({ taskId: "a", attempt }),
    () => now,
  );
});

const progress = (message: string) => {
  const step: MeasuredStep = { percent: null, message };
  voice.hear({ kind: "progress", step });
};
const log = (text: string) => voice.hear({ kind: "log", stream: "stdout", text });

it("takes output and reports for signs of life, five seconds after the last one at the earliest", () => {
  progress("half");
  now = 4_999;
  log("a");
  now = 5_000;
  log("b");
  log("c");
  now = 10_000;
  voice.hear({ kind: "record", id: 1, body: { type: "checkpointed", checkpoint: 1 } });
  expect(told).toEqual(["1 half", "1 #1 a", "1 #2 b", "1 half", "1 #3 c", "1 half"]);
});

it("says nothing of how work stands that never said so itself", () => {
  now = 60_000;
  log("a");
  expect(told).toEqual(["1 #1 a"]);
});

it("speaks for the attempt there is, and numbers its output anew", () => {
  log("a");
  attempt = 2;
  voice.restart();
  log("b");
  progress("on");
  expect(told).toEqual(["1 #1 a", "2 #1 b", "2 on"]);
});
