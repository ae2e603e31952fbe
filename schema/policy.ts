/** Rights a wish needs. The edge and the scheduler ask the same function. */

/** `operate` submits and steers tasks, `exec` runs commands on the host, `shell` lets a shell interpret them, `docker` acts on the engine. */
export const CAPABILITIES = ["view", "operate", "exec", "shell", "docker"] as const;
export type Capability = (typeof CAPABILITIES)[number];

const asObject = (payload: unknown): Record<string, unknown> =>
  typeof payload === "object" && payload !== null ? (payload as Record<string, unknown>) : {};

/** What submitting (or retrying) a task of this type and payload takes. */
export const capabilitiesFor = (type: string, payload: unknown): readonly Capability[] => {
  if (type === "command")
    return asObject(payload)["shell"] === true ? ["operate", "exec", "shell"] : ["operate", "exec"];
  if (type.startsWith("docker.")) return ["operate", "docker"];
  return ["operate"];
};

/** The first right that is missing, or undefined. */
export const missingCapability = (
  held: readonly Capability[],
  needed: readonly Capability[],
): Capability | undefined => needed.find((capability) => !held.includes(capability));
