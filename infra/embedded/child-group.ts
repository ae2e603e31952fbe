import { join } from "node:path";
import { Fatal } from "#infra/service.ts";
import type { ChildSpec } from "./child-spec.ts";
import { type Kept, keepAlive, type Witness } from "./children.ts";
import { STOP_ORDER } from "./services.ts";
import { waitUntil } from "./wait-until.ts";

/** A first start may replay a long write-ahead log before it serves. */
const READY_WITHIN_MS = 120_000;
/** A child that ends this often before it ever served will not serve. */
const HOPELESS_DEATHS = 4;

const refuseHopeless = (kept: Kept, logFile: string): void => {
  if (kept.deaths < HOPELESS_DEATHS) return;
  const reason = kept.lastWarning === undefined ? "" : `: ${kept.lastWarning}`;
  throw new Fatal(`${kept.spec.name} does not start${reason} (its log is ${logFile}).`);
};

/** The start was called off by a stop. */
class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** All children of one supervisor. */
export class ChildGroup {
  readonly #logs: string;
  readonly #witness: Witness;
  readonly #kept = new Map<string, Kept>();
  #closed = false;

  constructor(logs: string, witness: Witness) {
    this.#logs = logs;
    this.#witness = witness;
  }

  logFile(name: string): string {
    return join(this.#logs, `${name}.log`);
  }

  /** Starts a child and keeps it. Throws Interrupted once `stopAll` was called. */
  keep(spec: ChildSpec): void {
    if (this.#closed) throw new Interrupted();
    this.#kept.set(spec.name, keepAlive(spec, this.logFile(spec.name), this.#witness));
  }

  /** Resolves when `fact` holds; throws Fatal when a child keeps dying or nothing came of it, Interrupted on a stop. */
  async until(fact: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const met = await waitUntil(
      async () => {
        for (const kept of this.#kept.values()) refuseHopeless(kept, this.logFile(kept.spec.name));
        if (this.#closed) throw new Interrupted();
        return fact();
      },
      { within: READY_WITHIN_MS },
    );
    if (met === undefined) throw new Fatal(`${what} did not come up; the logs are in ${this.#logs}.`);
  }

  /** Keeps a child and waits until it serves. */
  async serving(spec: ChildSpec): Promise<void> {
    this.keep(spec);
    await this.until(async () => {
      const pid = this.#kept.get(spec.name)?.identity?.pid;
      return pid !== undefined && ((await spec.ready?.(pid)) ?? true);
    }, spec.name);
  }

  /** One after the other in `STOP_ORDER`, or all at once and by force. */
  async stopAll(force: boolean): Promise<void> {
    this.#closed = true;
    const inOrder = [...this.#kept.values()].toSorted(
      (a, b) => STOP_ORDER.indexOf(a.spec.name) - STOP_ORDER.indexOf(b.spec.name),
    );
    if (force) await Promise.all(inOrder.map((kept) => kept.stop(true)));
    else for (const kept of inOrder) await kept.stop(false);
  }
}
