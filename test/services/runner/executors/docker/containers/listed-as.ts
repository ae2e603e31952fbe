import { createHash } from "node:crypto";
import type { Listed } from "../../../../../../services/runner/executors/docker/engine/engine.ts";

interface Looks {
  readonly state?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly image?: string;
}

/** A container as an engine lists it; its id follows from its name. */
export const listedAs = (
  name: string,
  { state = "running", labels = {}, image = "app" }: Looks = {},
): Listed =>
  ({
    Id: createHash("sha256").update(name).digest("hex"),
    Names: [`/${name}`],
    Image: image,
    State: state,
    Labels: labels,
    Created: Date.parse("2026-11-21T09:00:00Z") / 1_000,
  }) as unknown as Listed;
