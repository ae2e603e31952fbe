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
  /** A number from 1 to `max`, or null for as many as are needed. */
  scale(slots: number | null): void;
  cordon(): void;
  uncordon(): void;
  /** Takes no new work and hands over what can be. */
  drain(): void;
  /** A hello is on its way: what is said from now on is newer than what its answer remembers. */
  greet(): void;
  /** What was once said of this runner, also while it was away; not when something newer was said meanwhile. */
  recall(said: { readonly cordoned: boolean; readonly slots: number | null }): void;
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
  let newer = { scale: false, cordon: false };

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

  const scale = (slots: number | null): void => {
    automatic = slots === null;
    // A number that was set under another environment may be more than this one allows.
    scaler.set(Math.min(bounds.max, slots ?? Math.max(bounds.min, scaler.target)));
  };
  const close = (is: boolean): void => {
    cordoned = is;
    if (!is) draining = false;
  };
  /** Somebody wishes it now. */
  const scaled = (slots: number | null): void => {
    newer = { ...newer, scale: true };
    telling(() => scale(slots));
  };
  const closed = (is: boolean): void => {
    newer = { ...newer, cordon: true };
    telling(() => close(is));
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
    scale: scaled,
    cordon: () => closed(true),
    uncordon: () => closed(false),
    drain: () => {
      draining = true;
      closed(true);
      handOver();
    },
    greet: () => {
      newer = { scale: false, cordon: false };
    },
    recall: (said) =>
      telling(() => {
        if (!newer.scale) scale(said.slots);
        if (!newer.cordon) close(said.cordoned);
      }),
    stop: () => clearInterval(timer),
  };
};
