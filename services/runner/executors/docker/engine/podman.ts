/** Where Podman's service answers Docker's API otherwise than Docker does; seen with Podman 4.3. */
import type { ContainerInspectInfo } from "dockerode";

/** What both engines grant a container to end where its maker said nothing. */
const GRANTED_S = 10;

/** In places Podman leaves out how an image's id was reckoned. */
export const imageIdOf = (id: string): string => (/^[0-9a-f]{64}$/.test(id) ? `sha256:${id}` : id);

/** Podman keeps 0 as the StopTimeout of what was made over Docker's API without one, and would kill it at once. */
const saysNothing = ({ Config }: ContainerInspectInfo): boolean =>
  ((Config as { StopTimeout?: number | null }).StopTimeout ?? 0) === 0;

/** A container as Docker would show it. */
export const asDockerShows = (inspected: ContainerInspectInfo): ContainerInspectInfo =>
  saysNothing(inspected)
    ? { ...inspected, Config: { ...inspected.Config, StopTimeout: undefined } as typeof inspected.Config }
    : inspected;

type Calling = (options: { abortSignal: AbortSignal; t?: number }) => Promise<unknown>;

/** A container of the client library, as far as ending it needs. */
export interface Ending extends Record<"stop" | "restart" | "unpause", Calling> {
  inspect(options: { abortSignal: AbortSignal }): Promise<ContainerInspectInfo>;
}

/** Stops or restarts it as Docker would: Podman refuses both for what is paused. Throws the engine's refusal. */
export const endAsDocker = async (
  container: Ending,
  verb: "stop" | "restart",
  abortSignal: AbortSignal,
): Promise<void> => {
  const inspected = await container.inspect({ abortSignal });
  if (inspected.State.Paused) await container.unpause({ abortSignal });
  await container[verb]({ abortSignal, ...(saysNothing(inspected) ? { t: GRANTED_S } : {}) });
};
