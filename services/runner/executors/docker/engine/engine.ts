import Dockerode, {
  type ContainerCreateOptions,
  type ContainerInfo,
  type ContainerInspectInfo,
} from "dockerode";
import { isEngineAway, isUnclear, messageOf, statusOf } from "./classify.ts";
import { FULL_ID, safe } from "./names.ts";
import { type Bounds, within } from "./within.ts";

/** The newest API this code was written for; newer engines still speak it. */
const NEWEST_API = [1, 47] as const;
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

export interface EngineVersion {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly containers: number;
}

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
  about(signal: AbortSignal): Promise<EngineVersion>;
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
  /** Lines of JSON, one per event, until the engine or `signal` ends it. */
  events(signal: AbortSignal): Promise<NodeJS.ReadableStream>;
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
  version(options: { abortSignal: AbortSignal }): Promise<{ Version: string; ApiVersion: string }>;
  info(options: {
    abortSignal: AbortSignal;
  }): Promise<{ ID?: string; Name?: string; Containers?: number; NCPU?: number }>;
  ping(options: { abortSignal: AbortSignal }): Promise<unknown>;
  getEvents(options: { filters: object; abortSignal: AbortSignal }): Promise<NodeJS.ReadableStream>;
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
    const call = { method, path: `${path}?`, options, statusCodes: SUCCESS, ...more };
    (client as unknown as Dialling).modem.dial(call, (error, answer) =>
      error === null || error === undefined ? resolve(answer) : reject(error as Error),
    );
  });

const agreedVersion = (apiVersion: string): string => {
  const [major = 1, minor = 24] = apiVersion.split(".").map(Number);
  const newer = major > NEWEST_API[0] || (major === NEWEST_API[0] && minor > NEWEST_API[1]);
  return newer ? `v${NEWEST_API.join(".")}` : `v${apiVersion}`;
};

const bounded = (limitMs: number, signal: AbortSignal | undefined): Bounds =>
  signal ? { limitMs, signal } : { limitMs };

const explain = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  const detail = error instanceof Error ? error.message : String(error);
  if (code === "EACCES") return "The container engine's socket is not open to this runner's user.";
  if (isEngineAway(error)) return `The container engine does not answer (${detail}).`;
  if (isUnclear(error)) return "The container engine did not answer in time.";
  return `The container engine refused: ${detail.trim()}`;
};

/** The engine that DOCKER_HOST names, else the default socket. Nothing is contacted before the first call. `lookMs`: limit of a look at one container. */
export const openEngine = (lookMs = LOOK_MS): Engine => {
  let agreed: Dockerode | undefined;

  /** Not shared by callers: one who gives up must not take the others along. */
  const docker = async (abortSignal: AbortSignal): Promise<Dockerode> => {
    if (agreed) return agreed;
    const { ApiVersion } = await abortable(new Dockerode()).version({ abortSignal });
    agreed = new Dockerode({ version: agreedVersion(ApiVersion) });
    return agreed;
  };
  const container = async (id: string, abortSignal: AbortSignal): Promise<Dockerode.Container> => {
    return (await docker(abortSignal)).getContainer(safe(FULL_ID, id));
  };

  return {
    explain,
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
        return {
          id: info.ID ?? "",
          name: info.Name ?? "",
          version: version.Version,
          apiVersion: version.ApiVersion,
          containers: info.Containers ?? 0,
        };
      }),
    list: (signal) =>
      within(bounded(LIST_MS, signal), async (abortSignal) => {
        const client = await docker(abortSignal);
        // The engine answers an empty list with null.
        return ((await client.listContainers({ all: true, abortSignal })) as Listed[] | null) ?? [];
      }),
    inspect: async (id, signal) => {
      try {
        return await within(bounded(lookMs, signal), async (abortSignal) =>
          (await container(id, abortSignal)).inspect({ abortSignal }),
        );
      } catch (error) {
        if (statusOf(error) === 404) return null;
        throw error;
      }
    },
    act: (verb, id, bounds) =>
      within(bounds, async (abortSignal) => {
        const target = (await container(id, abortSignal)) as unknown as Verbs;
        // A request without `t` honours the container's own StopTimeout; options are made afresh, dockerode changes them.
        await target[verb]({ abortSignal });
      }),
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
          const id = statusOf(error) === 409 ? /"([0-9a-f]{64})"/.exec(messageOf(error))?.[1] : undefined;
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
    events: async (signal) =>
      abortable(await within(bounded(lookMs, signal), docker)).getEvents({
        filters: { type: ["container"] },
        abortSignal: signal,
      }),
  };
};
