import type { PlanEngine } from "#schema/items.ts";
import type { JobContext } from "../../../executor.ts";
import { type Engine, openEngine } from "../engine/engine.ts";
import type { HostSite } from "./host-site.ts";

/** A host by its name and the engine on it. */
export interface HostEngine {
  readonly host: string;
  readonly engine: Engine;
}

/** Thrown for a host nobody has told this runner of; the message names those it knows. */
export class UnknownHost extends Error {
  override readonly name = "UnknownHost";
  /** What a task fails with. */
  readonly refusal = "unknown-host";
}

const engines = new Map<string, Engine>();

/** The engine at a site, one for each site of a process. */
export const engineAt = ({ name, address, dial, pinned }: HostSite): Engine => {
  const key = JSON.stringify([name, address, dial, pinned]);
  let engine = engines.get(key);
  if (!engine) {
    engine = openEngine({ dial, address: dial.kind === "own" ? null : address, pinned });
    engines.set(key, engine);
  }
  return engine;
};

/** The engine a task is about: that of the host its payload names, else this runner's own. Throws UnknownHost. */
export const engineOf = ({
  payload,
  settings,
}: Pick<JobContext<{ readonly host?: string }>, "payload" | "settings">): HostEngine => {
  const [own] = settings.hosts;
  const site = payload.host === undefined ? own : settings.hosts.find(({ name }) => name === payload.host);
  if (!site) {
    const known = settings.hosts.map(({ name }) => name).join(", ");
    throw new UnknownHost(`This runner knows no host "${payload.host ?? ""}"; it knows ${known}.`);
  }
  return { host: site.name, engine: engineAt(site) };
};

/** What a plan says of the engine it is made on. */
export const planEngine = async ({ host, engine }: HostEngine, signal: AbortSignal): Promise<PlanEngine> => {
  const { id, name, version, apiVersion } = await engine.about(signal);
  return { host, id, name, version, apiVersion };
};
