import type { Dial } from "../engine/dial.ts";

/** A host as every process of the runner knows it: how its engine is reached from this machine. */
export interface HostSite {
  /** What payloads call it. */
  readonly name: string;
  /** As it was given: `unix:///var/run/docker.sock`, `tcp://…`, `ssh://…`. */
  readonly address: string;
  readonly dial: Dial;
  /** Id of the only engine that is accepted there; null for any. */
  readonly pinned: string | null;
}
