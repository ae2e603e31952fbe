import type { PlanEngine } from "#schema/items.ts";
import type { JobContext } from "../../../executor.ts";
import { type Engine, openEngine } from "../engine/engine.ts";

/** A host by its name and the engine on it. */
export interface HostEngine {
  readonly host: string;
  readonly engine: Engine;
}

/** Thrown for a host nobody has told this runner of; the message names those it knows. */
export class UnknownHost extends Error {
  override readonly name = "UnknownHost";
}

const own = openEngine();

/** The engine a task is about: that of the host its payload names, else this runner's own. Throws UnknownHost. */
export const engineOf = ({
  payload,
}: Pick<JobContext<{ readonly host?: string }>, "payload">): HostEngine => {
  if (payload.host !== undefined && payload.host !== "local")
    throw new UnknownHost(`This runner knows no host "${payload.host}"; it knows local.`);
  return { host: "local", engine: own };
};

/** What a plan says of the engine it is made on. */
export const planEngine = async ({ host, engine }: HostEngine, signal: AbortSignal): Promise<PlanEngine> => {
  const { id, name, version, apiVersion } = await engine.about(signal);
  return { host, id, name, version, apiVersion };
};
