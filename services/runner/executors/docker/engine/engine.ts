import Dockerode, {
  type ContainerCreateOptions,
  type ContainerInfo,
  type ContainerInspectInfo,
} from "dockerode";
import { type About, aboutEngine, type InfoAnswer } from "./about.ts";
import { isEngineAway, isUnclear, messageOf, statusOf } from "./classify.ts";
import { type Agreed, type Place, shakeHands } from "./handshake.ts";
import { FULL_ID, safe, safePath } from "./names.ts";
import { asDockerShows, endAsDocker, type Ending } from "./podman.ts";
import { EngineRefused } from "./refused.ts";
import type { Product, VersionAnswer } from "./version.ts";
import { type Bounds, within } from "./within.ts";

/** Looks answer at once or not at all. */
const LOOK_MS = 15_000;
/** A list of thousands on a busy host takes longer than one container. */
const LIST_MS = 60_000;
const PING_MS = 3_000;
const CREATE_MS = 60_000;

export type Listed = ContainerInfo;
export type Inspected = ContainerInspectInfo;
export type NewContainer = ContainerCreateOptions & { readonly name: string };
export type Verb = "start" | "stop" | "restart" | "pause" | "unpause" | "kill" | "remove";

/** One call of the engine's API. `path` without the version; parts of it come from `safe` alone. Objects in `query` go as JSON. */
export interface Call {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | object>>;
  readonly body?: object;
}

/** The container engine of this host. Every call ends: by an answer, by `signal` or by its own time limit (TimeoutError). */
export interface Engine {
  ping(signal?: AbortSignal): Promise<void>;
  about(signal: AbortSignal): Promise<About>;
  /** Asked once for each agreement on a version. */
  product(signal?: AbortSignal): Promise<Product>;
  /** Every container, stopped ones too. */
  list(signal?: AbortSignal): Promise<readonly Listed[]>;
  /** Null when there is no such container. */
  inspect(id: string, signal?: AbortSignal): Promise<Inspected | null>;
  /** Only with full ids of our own listing: ids go into the URL as they are. Throws the engine's refusal. */
  act(verb: Verb, id: string, bounds: Bounds): Promise<void>;
  /** Processors of the engine's host. */
  processors(signal?: AbortSignal): Promise<number>;
  /** Makes a container, once for each name, and gives its id. */
  create(container: NewContainer): Promise<string>;
  /** Its output from its start on, in the engine's frames; for one that has not been started yet. */
  attach(id: string): Promise<NodeJS.ReadableStream>;
  /** Ends and removes it with its anonymous volumes; being gone already is as good. */
  discard(id: string, bounds: Bounds): Promise<void>;
  /** Any other call: its answer as JSON, null when it is empty. Throws the engine's refusal (`statusCode`, `json.message`). */
  request<T>(call: Call, bounds: Bounds): Promise<T>;
  /** A call whose answer comes bit by bit; `signal` ends it. An error inside such an answer is the reader's to find. */
  stream(call: Call, signal: AbortSignal): Promise<NodeJS.ReadableStream>;
  /** Forgets the agreed API version: the engine may have been replaced. */
  forget(): void;
  /** One sentence for people about why a call failed. */
  explain(error: unknown): string;
}

/** Calls that take an abort signal, which the type declarations do not know. */
interface Abortable {
  version(options: { abortSignal: AbortSignal }): Promise<VersionAnswer>;
  info(options: { abortSignal: AbortSignal }): Promise<InfoAnswer>;
  ping(options: { abortSignal: AbortSignal }): Promise<unknown>;
}
type Verbs = Record<Verb, (options: { abortSignal: AbortSignal }) => Promise<unknown>>;
const abortable = (client: Dockerode): Abortable => client as unknown as Abortable;

/** dockerode's own methods drop what some calls need, so these go through what is beneath them. */
interface Dialling {
  readonly modem: {
    dial(options: object, callback: (error: unknown, answer: unknown) => void): void;
  };
}

const SUCCESS = { 200: true, 201: true, 202: true, 204: true };

const dial = (client: Dockerode, { method, path, query = {}, body }: Call, more: object): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const options = { _query: query, ...(body === undefined ? {} : { _body: body }) };
    const call = { method, path: `${safePath(path)}?`, options, statusCodes: SUCCESS, ...more };
    (client as unknown as Dialling).modem.dial(call, (error, answer) =>
      error === null || error === undefined ? resolve(answer) : reject(error as Error),
    );
  });

const bounded = (limitMs: number, signal: AbortSignal | undefined): Bounds =>
  signal ? { limitMs, signal } : { limitMs };

const explain = (error: unknown, address: string | null): string => {
  if (error instanceof EngineRefused) return error.message;
  const code = (error as { code?: unknown } | null)?.code;
  const detail = error instanceof Error ? error.message : String(error);
  const which = address === null ? "The container engine" : `The container engine at ${address}`;
  if (code === "EACCES") return `${which} has a socket that is not open to this runner's user.`;
  if (isEngineAway(error)) return `${which} does not answer (${detail}).`;
  if (isUnclear(error)) return `${which} did not answer in time.`;
  return `${which} refused: ${detail.trim()}`;
};

const OWN: Place = { dial: { kind: "own" }, address: null, pinned: null };

/** The engine at a place: the runner's own (DOCKER_HOST, else the default socket) when none is given. Nothing is contacted before the first call. `lookMs`: limit of a look at one container. */
export const openEngine = (place = OWN, lookMs = LOOK_MS): Engine => {
  let agreed: Agreed | undefined;

  /** Not shared by callers: one who gives up must not take the others along. */
  const agree = async (abortSignal: AbortSignal): Promise<Agreed> =>
    (agreed ??= await shakeHands(place, abortSignal));
  const docker = async (abortSignal: AbortSignal): Promise<Dockerode> => (await agree(abortSignal)).client;
  const container = async (id: string, abortSignal: AbortSignal): Promise<Dockerode.Container> => {
    return (await docker(abortSignal)).getContainer(safe(FULL_ID, id));
  };

  return {
    explain: (error) => explain(error, place.address),
    forget: () => {
      agreed = undefined;
    },
    ping: (signal) =>
      within(bounded(PING_MS, signal), async (abortSignal) => {
        await abortable(await docker(abortSignal)).ping({ abortSignal });
      }),
    about: (signal) =>
      within(bounded(lookMs, signal), async (abortSignal) => {
        const client = abortable(await docker(abortSignal));
        const [info, version] = await Promise.all([
          client.info({ abortSignal }),
          client.version({ abortSignal }),
        ]);
        return aboutEngine(version, info);
      }),
    list: (signal) =>
      within(bounded(LIST_MS, signal), async (abortSignal) => {
        const client = await docker(abortSignal);
        // The engine answers an empty list with null.
        return ((await client.listContainers({ all: true, abortSignal })) as Listed[] | null) ?? [];
      }),
    inspect: async (id, signal) => {
      try {
        return await within(bounded(lookMs, signal), async (abortSignal) => {
          const inspected = await (await container(id, abortSignal)).inspect({ abortSignal });
          return agreed?.product === "podman" ? asDockerShows(inspected) : inspected;
        });
      } catch (error) {
        if (statusOf(error) === 404) return null;
        throw error;
      }
    },
    act: (verb, id, bounds) =>
      within(bounds, async (abortSignal) => {
        const target = (await container(id, abortSignal)) as unknown as Verbs & Ending;
        const isPodman = agreed?.product === "podman";
        if (isPodman && (verb === "stop" || verb === "restart"))
          return endAsDocker(target, verb, abortSignal);
        // A request without `t` honours the container's own StopTimeout; options are made afresh, dockerode changes them.
        await target[verb]({ abortSignal });
      }),
    product: (signal) =>
      within(bounded(lookMs, signal), async (abortSignal) => (await agree(abortSignal)).product),
    processors: (signal) =>
      within(bounded(lookMs, signal), async (abortSignal) => {
        const { NCPU = 0 } = await abortable(await docker(abortSignal)).info({ abortSignal });
        return NCPU;
      }),
    create: (wanted) =>
      within({ limitMs: CREATE_MS }, async (abortSignal) => {
        const client = await docker(abortSignal);
        try {
          return (await client.createContainer({ ...wanted, abortSignal })).id;
        } catch (error) {
          // An answer was lost: what has this name was made by the request before.
          const id = /already in use by .*\b([0-9a-f]{64})\b/.exec(messageOf(error))?.[1];
          if (id === undefined) throw error;
          return id;
        }
      }),
    attach: (id) =>
      within({ limitMs: lookMs }, async (abortSignal) =>
        (await container(id, abortSignal)).attach({ stream: true, stdout: true, stderr: true }),
      ),
    discard: async (id, bounds) => {
      try {
        await within(bounds, async (abortSignal) =>
          (await container(id, abortSignal)).remove({ force: true, v: true, abortSignal }),
        );
      } catch (error) {
        if (statusOf(error) !== 404 && !/already in progress/.test(messageOf(error))) throw error;
      }
    },
    request: <T>(call: Call, bounds: Bounds) =>
      within(bounds, async (abortSignal) => {
        const answer = await dial(await docker(abortSignal), call, { abortSignal });
        return (answer === "" || answer === undefined ? null : answer) as T;
      }),
    stream: async (call, signal) => {
      const client = await within(bounded(lookMs, signal), docker);
      return (await dial(client, call, { isStream: true, abortSignal: signal })) as NodeJS.ReadableStream;
    },
  };
};
