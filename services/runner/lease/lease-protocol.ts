/** What the runner and its lease thread say to each other. */

/** Given to the thread at its start. */
export interface LeaseSetup {
  readonly url: string;
  readonly seedFile: string | null;
  readonly runner: string;
  /** `NAME=value` that every process of this runner's work carries. */
  readonly mark: string;
  /** One 32-bit word both threads see: 1 from the moment the thread begins to stop the work. */
  readonly frozen: SharedArrayBuffer;
}

/** The scheduler has welcomed this boot: renew for it. Null: stop renewing, nothing is held. */
export interface ToLease {
  readonly boot: string | null;
}

/** `frozen`: unrenewed for too long, all work is stopped. `live`: renewed, all work goes on. `lost`: the scheduler does not know this boot any more. */
export type FromLease =
  { readonly kind: "frozen" } | { readonly kind: "live" } | { readonly kind: "lost"; readonly boot: string };
