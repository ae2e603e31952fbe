/** Rights a wish needs. The edge and the scheduler ask the same function. */

/** `operate` submits and steers tasks, `exec` runs commands on the host, `shell` lets a shell interpret them, `docker` acts on the engine, `volumes` deletes volumes somebody has named. */
export const CAPABILITIES = ["view", "operate", "exec", "shell", "docker", "volumes"] as const;
export type Capability = (typeof CAPABILITIES)[number];

const asObject = (payload: unknown): Record<string, unknown> =>
  typeof payload === "object" && payload !== null ? (payload as Record<string, unknown>) : {};

const isFilled = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

/** Volumes by name, of a volume prune or of that stage of a system prune: data somebody meant to keep. */
const namesVolumes = (type: string, payload: unknown): boolean => {
  const { names, volumes } = asObject(payload);
  if (type === "docker.volumes.prune") return isFilled(names);
  return type === "docker.system.prune" && isFilled(asObject(volumes)["names"]);
};

const ownRule = (type: string, payload: unknown): readonly Capability[] => {
  if (type === "command")
    return asObject(payload)["shell"] === true ? ["operate", "exec", "shell"] : ["operate", "exec"];
  if (!type.startsWith("docker.")) return ["operate"];
  return namesVolumes(type, payload) ? ["operate", "docker", "volumes"] : ["operate", "docker"];
};

/** What submitting (or running again) a task of this type and payload takes; `declared` is what the type itself says. */
export const capabilitiesFor = (
  type: string,
  payload: unknown,
  declared: readonly Capability[] = [],
): readonly Capability[] => [...new Set([...ownRule(type, payload), ...declared])];

/** What a wish about a task takes; `toRun` is what submitting it would. A yes does what the plan says, so it takes the same. */
export const capabilitiesToSteer = (
  { type, volumes = [] }: { readonly type: string; readonly volumes?: readonly number[] },
  toRun: readonly Capability[],
): readonly Capability[] => {
  if (type === "retry") return toRun;
  if (type !== "approve") return ["operate"];
  return volumes.length > 0 ? [...toRun, "volumes"] : toRun;
};

/** The first right that is missing, or undefined. */
export const missingCapability = (
  held: readonly Capability[],
  needed: readonly Capability[],
): Capability | undefined => needed.find((capability) => !held.includes(capability));
