import Dockerode from "dockerode";
import { type InfoAnswer, stableId } from "./about.ts";
import { isEngineAway, isUnclear, messageOf, statusOf } from "./classify.ts";
import { clientOptions, type Dial } from "./dial.ts";
import { EngineRefused } from "./refused.ts";
import { agreedVersion, type Product, productOf, type VersionAnswer } from "./version.ts";

/** Where an engine is and which it must be. */
export interface Place {
  readonly dial: Dial;
  /** As people know it, for messages; null for the runner's own. */
  readonly address: string | null;
  /** Id of the only engine that is accepted there; null for any. */
  readonly pinned: string | null;
}

/** A way to speak with an engine, and whose it is. */
export interface Agreed {
  readonly client: Dockerode;
  readonly product: Product;
}

/** Calls that take an abort signal, which the type declarations do not know. */
interface Asking {
  version(options: { abortSignal: AbortSignal }): Promise<VersionAnswer | null>;
  info(options: { abortSignal: AbortSignal }): Promise<InfoAnswer>;
}

const asking = (client: Dockerode): Asking => client as unknown as Asking;

/** Codes of Node's TLS, of OpenSSL and of its verdicts on certificates. */
const NOT_TRUSTED = /^(?:ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO$|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|HOSTNAME_)/;

const codeOf = (error: unknown): string => {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : "";
};

/** Without OpenSSL's places in its sources and the client library's frame. */
const reasonOf = (error: unknown): string => {
  const { reason } = (error ?? {}) as { reason?: unknown };
  const text = typeof reason === "string" && statusOf(error) === undefined ? reason : messageOf(error);
  const [first = ""] = text.replace(/^\(HTTP code \d+\) [^-]*- /, "").split("\n");
  return first.trim().replace(/\.$/, "").slice(0, 300);
};

/** Of the first call: what makes the host unusable as it is, told from what passes. */
const judged = (error: unknown): unknown => {
  if (error instanceof EngineRefused || isEngineAway(error) || isUnclear(error)) return error;
  if (NOT_TRUSTED.test(codeOf(error)))
    return new EngineRefused(
      `No trusted connection to the container engine could be made: ${reasonOf(error)}.`,
    );
  const status = statusOf(error);
  if (status === undefined || status >= 500) return error;
  return new EngineRefused(
    `What answers there does not let Longshore in (HTTP ${status}: ${reasonOf(error)}).`,
  );
};

/** Says how an engine is, and sees that it is the right one. Throws EngineRefused, or what the call throws. */
export const shakeHands = async (
  { dial, address, pinned }: Place,
  abortSignal: AbortSignal,
): Promise<Agreed> => {
  const options = clientOptions(dial);
  try {
    const first = asking(new Dockerode(options));
    const version = (await first.version({ abortSignal })) ?? {};
    const client = new Dockerode({ ...options, version: agreedVersion(version) });
    const agreed = { client, product: productOf(version) };
    if (pinned === null) return agreed;
    const id = stableId(version, await asking(client).info({ abortSignal }));
    if (id === pinned) return agreed;
    throw new EngineRefused(
      `Another engine answers at ${address ?? "this host"} than the pinned one: ${id} instead of ${pinned}.`,
    );
  } catch (error) {
    throw judged(error);
  }
};
