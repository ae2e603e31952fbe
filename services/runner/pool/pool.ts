import { timestamp } from "#infra/clock.ts";
import type { Log } from "#infra/log.ts";
import type { PoolStatus } from "#schema/pool.ts";
import { createHostLoad, type HostLoad } from "./host-load.ts";
import { type Bounds, createScaler } from "./next-target.ts";
import { createSeats, heldOf, type Seated } from "./seats.ts";

const LOOK_EVERY_MS = 1_000;

/** How many attempts this runner takes, and who may change that. */
export interface Pool {
  /** Slots as announced: none while it takes no new work. */
  readonly announced: number;
  /** Why no new work is taken now. */
  readonly closed: string | undefined;
  status(): PoolStatus;
  /**
   * A number from 1 to `max`, or null for as many as are needed. `seq`, here and below: the place in the journal of what
   * is said; what is older than what was heard of the same already changes nothing.
   */
  scale(slots: number | null, seq: number): void;
  cordon(seq: number): void;
  uncordon(seq: number): void;
  /** Takes no new work and hands over what can be. */
  drain(seq: number): void;
  /** The runner ends: as `drain`, and nobody opens it again. */
  end(): void;
  /** The scheduler knows this boot no more. The next may be of a journal that was begun anew: any number may follow now. */
  lost(): void;
  /** What was once said of this runner, also while it was away. */
  recall(said: { readonly cordoned: boolean; readonly slots: number | null; readonly seq: number }): void;
  stop(): void;
}

interface Options {
  readonly bounds: Bounds;
  readonly log: Log;
  readonly load?: () => HostLoad;
  attempts(): readonly Seated[];
  /** Asks all work that can be handed over to come to its checkpoint and be let go. */
  handOver(): void;
  /** `announced` is another number now. */
  changed(): void;
}

/** Between two bounds it begins with the lower and follows the work; with one bound it stays there. */
export const createPool = ({ bounds, log, load = createHostLoad(), ...around }: Options): Pool => {
  const scaler = createScaler(bounds, bounds.min);
  const seats = createSeats();
  const { attempts, handOver, changed } = around;
  let automatic = true;
  let cordoned = false;
  let draining = false;
  const heard = { scale: 0, cordon: 0 };

  const busy = (): number =>
    attempts().filter(({ state }) => state !== "paused" && state !== "ending").length;
  const announced = (): number => (cordoned ? 0 : scaler.target);
  /** Tells when what `act` did changed the number of slots. */
  const telling = (act: () => void): void => {
    const before = announced();
    act();
    if (announced() !== before) changed();
  };

  const look = (): void => {
    const seen = { busy: busy(), ...load() };
    if (draining && attempts().every(({ state }) => state === "paused")) draining = false;
    if (!automatic || cordoned || bounds.min === bounds.max) return;
    telling(() => {
      if (scaler.look({ now: performance.now(), ...seen }))
        log.info({ ...seen, slots: scaler.target }, "the number of slots follows the work and the host");
    });
  };
  const timer = setInterval(look, LOOK_EVERY_MS);

  /** Does what was said at `seq`, unless something later about the same was heard before. */
  const inOrder = (about: keyof typeof heard, seq: number, act: () => void): boolean => {
    if (seq < heard[about]) return false;
    heard[about] = seq;
    act();
    return true;
  };
  const scale = (slots: number | null): void => {
    automatic = slots === null;
    // A number that was set under another environment may be more than this one allows.
    scaler.set(Math.min(bounds.max, slots ?? Math.max(bounds.min, scaler.target)));
  };
  const close = (is: boolean): void => {
    cordoned = is;
    if (!is) draining = false;
  };
  const scaled = (slots: number | null, seq: number): boolean => inOrder("scale", seq, () => scale(slots));
  const closed = (is: boolean, seq: number): boolean => inOrder("cordon", seq, () => close(is));
  const drain = (seq: number): void => {
    let drains = false;
    telling(() => {
      drains = closed(true, seq);
    });
    if (!drains) return;
    draining = true;
    // Announced by now, or what is handed over would come straight back.
    handOver();
  };

  return {
    get announced() {
      return announced();
    },
    get closed() {
      return cordoned ? "This runner takes no new work now." : undefined;
    },
    status: () => {
      const all = attempts();
      const { min, max } = bounds;
      return {
        slots: seats.look(all, scaler.target, timestamp(Date.now())),
        held: heldOf(all),
        min,
        max,
        target: scaler.target,
        automatic,
        cordoned,
        draining: draining && all.some(({ state }) => state !== "paused"),
      };
    },
    scale: (slots, seq) => telling(() => scaled(slots, seq)),
    cordon: (seq) => telling(() => closed(true, seq)),
    uncordon: (seq) => telling(() => closed(false, seq)),
    drain,
    end: () => drain(Number.POSITIVE_INFINITY),
    lost: () => {
      heard.scale = 0;
      // Once it ends, it stays closed.
      if (heard.cordon !== Number.POSITIVE_INFINITY) heard.cordon = 0;
    },
    recall: ({ slots, cordoned: is, seq }) =>
      telling(() => {
        scaled(slots, seq);
        closed(is, seq);
      }),
    stop: () => clearInterval(timer),
  };
};
