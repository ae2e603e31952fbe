import type { Readable } from "node:stream";
import { isEngineAway, messageOf, statusOf } from "../engine/classify.ts";
import type { Engine } from "../engine/engine.ts";
import { jsonLines } from "../engine/lines.ts";
import { IMAGE_REF, safe } from "../engine/names.ts";
import type { Step } from "../../../executor.ts";
import { imageOn, type Present } from "./image-on.ts";
import { createLayers, type PullLine } from "./layers.ts";
import { referenceOf } from "./reference.ts";
import { type Refusal, refusalOf, withoutSecrets } from "./refusals.ts";

/** An engine tells of a download ten times a second; what is silent for this long is stuck. */
const SILENCE_MS = 300_000;
/** How often a pull may be cut off by an engine that goes on answering. */
const CUTS_AT_MOST = 3;

/** The engine or its registry would not give the image; the message holds no credentials. */
export class PullFailed extends Error {
  override readonly name = "PullFailed";
  readonly code: string;
  readonly retryable: boolean;

  constructor(message: string, { code, retryable }: Refusal) {
    super(message);
    this.code = code;
    this.retryable = retryable;
  }
}

export interface Pulled extends Present {
  readonly unchanged: boolean;
}

interface Wanted {
  readonly image: string;
  readonly platform?: string;
}

interface PullError extends PullLine {
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

const refused = (message: string): PullFailed => {
  const words = withoutSecrets(message).trim();
  return new PullFailed(words, refusalOf(words));
};

interface Reading {
  readonly stream: NodeJS.ReadableStream;
  readonly progress: (step: Step) => void;
  /** Called with each line. */
  readonly alive: () => void;
}

/** Reads to the end of a pull. An engine answers 200 before it has asked the registry, so what fails is a line among the others. */
const readPull = async ({ stream, progress, alive }: Reading): Promise<void> => {
  const layers = createLayers();
  const begun = performance.now();
  for await (const line of jsonLines(stream)) {
    alive();
    if (!line.ok || typeof line.value !== "object" || line.value === null) continue;
    const said = line.value as PullError;
    const fault = said.errorDetail?.message ?? said.error;
    if (fault !== undefined) throw refused(fault);
    const step = layers.take(said, performance.now() - begun);
    if (step) progress(step);
  }
};

const pullOnce = async (
  engine: Engine,
  { image, platform }: Wanted,
  signal: AbortSignal,
  progress: (step: Step) => void,
): Promise<void> => {
  const { name: fromImage, tag } = referenceOf(safe(IMAGE_REF, image));
  const silence = new AbortController();
  const ended = AbortSignal.any([signal, silence.signal]);
  const timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const query = { fromImage, tag, ...(platform === undefined ? {} : { platform }) };
    const stream = await engine.stream({ method: "POST", path: "/images/create", query }, ended);
    // What comes after its end has no reader.
    stream.on("error", () => undefined);
    ended.addEventListener("abort", () => (stream as unknown as Readable).destroy(), { once: true });
    await readPull({ stream, progress, alive: () => void timer.refresh() });
  } catch (error) {
    if (signal.aborted) throw new DOMException("given up", "AbortError");
    if (silence.signal.aborted) throw new DOMException("the pull fell silent", "TimeoutError");
    const status = statusOf(error);
    if (status === undefined) throw error;
    // dockerode's frame is around the engine's own words.
    throw refused(messageOf(error).replace(/^\(HTTP code \d+\) \S+ - /, ""));
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Pulls an image as often as it takes; the layers an engine has it keeps. Call it inside `host.answered`. Throws PullFailed,
 * and what says that the engine is away or that the signal has aborted.
 */
export const createPull = (
  engine: Engine,
  wanted: Wanted,
  signal: AbortSignal,
  progress: (step: Step) => void,
): (() => Promise<Pulled>) => {
  let before: Present | null | undefined;
  let cuts = 0;

  const cutOff = (message: string): void => {
    cuts += 1;
    if (cuts >= CUTS_AT_MOST)
      throw new PullFailed(`The pull was cut off ${cuts} times: ${message}`, {
        code: "cut-off",
        retryable: true,
      });
  };

  return async () => {
    before ??= await imageOn(engine, wanted.image, signal);
    for (;;) {
      try {
        await pullOnce(engine, wanted, signal, progress);
        const after = await imageOn(engine, wanted.image, signal);
        if (after) return { ...after, unchanged: before?.id === after.id };
        cutOff("it ended before the image was there.");
      } catch (error) {
        if (!isEngineAway(error)) throw error;
        // Not there to be asked: that is no cut, and it is waited for elsewhere.
        await engine.ping(signal);
        cutOff(messageOf(error));
      }
    }
  };
};
