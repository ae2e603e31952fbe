import { createGatherer } from "./gatherer.ts";
import type { FromSlot, Job, Parcel, ToSlot } from "./slot-protocol.ts";
import { beginHere, type Work } from "../work/work.ts";

/** The jobs that run in this process beside each other. */
export interface SharedJobs {
  hear(parcels: readonly Parcel<ToSlot>[]): void;
  /** Those that have not ended. */
  running(): readonly Job[];
}

export const createSharedJobs = (say: (message: FromSlot) => void): SharedJobs => {
  const jobs = new Map<number, { readonly job: Job; readonly work: Work }>();
  const send = createGatherer<Parcel<FromSlot>>((parcels) => say({ kind: "parcels", parcels }));

  const begin = (number: number, job: Job): void => {
    const work = beginHere(job, (message) => {
      if (message.kind === "ended") jobs.delete(number);
      send({ job: number, message });
    });
    jobs.set(number, { job, work });
  };

  return {
    hear: (parcels) => {
      for (const { job, message } of parcels) {
        if (message.kind === "begin") begin(job, message.job);
        else if (message.kind !== "prepare" && message.kind !== "examine" && message.kind !== "parcels")
          jobs.get(job)?.work.hear(message);
      }
    },
    running: () => [...jobs.values()].map(({ job }) => job),
  };
};
