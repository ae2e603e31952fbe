/**
 * Reasons to wait that many tasks share: a limit that is reached, a rate used up, a host under pressure, a queue that is
 * paused. Each is one fact when it begins and one when it ends, however many tasks wait for it.
 */
export interface Limit {
  /** `global`, `queue:<name>`, `type:<name>`, `key:<key>`, `lane:<field>:<value>`, `rate:…`, `host:<name>`, `runner:<id>` (out of service), `journal` (no room for new tasks). */
  readonly id: string;
  readonly reached: boolean;
  /** The reason in one sentence while it is reached. */
  readonly reason: string | null;
  /** RFC 3339; since when it is so. */
  readonly since: string;
}

export type LimitEvent = { readonly type: "reached"; readonly reason: string } | { readonly type: "eased" };
