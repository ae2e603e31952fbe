import type { EngineInfo } from "#schema/api.ts";
import type { Engine } from "../engine/engine.ts";

/** The engine as people see it; one sentence when it cannot be reached. */
export const describeEngine = async (
  engine: Engine,
  runner: string,
  signal: AbortSignal,
): Promise<EngineInfo> => {
  try {
    const about = await engine.about(signal);
    return { runner, reachable: true, message: null, ...about };
  } catch (error) {
    engine.forget();
    const unknown = { id: null, name: null, version: null, apiVersion: null, containers: null };
    return { runner, reachable: false, message: engine.explain(error), ...unknown };
  }
};
