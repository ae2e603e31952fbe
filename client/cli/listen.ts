import type { StreamHandlers, StreamOptions } from "../stream.ts";
import type { Desk } from "./desk.ts";

/** Ends the listening, one way or the other. What comes after the first is without effect. */
export interface Finish<T> {
  done(value: T): void;
  fail(error: unknown): void;
}

/**
 * Listens to the stream until a handler finishes it, through every loss of the connection. Rejects when the server denies
 * it. A server that never answers is tried for ever: ask it something first.
 */
export const listen = <T>(
  desk: Desk,
  from: Pick<StreamOptions, "after" | "logs">,
  handle: (finish: Finish<T>) => StreamHandlers,
): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    let cut = false;
    const finish: Finish<T> = {
      done: (value) => {
        stream.close();
        resolve(value);
      },
      fail: (error) => {
        stream.close();
        reject(error as Error);
      },
    };
    const stream = desk.stream({
      ...from,
      on: {
        ...handle(finish),
        state: (state, problem) => {
          if (state === "denied") return finish.fail(problem);
          if (state === "live") cut = false;
          if (state !== "reconnecting" || cut) return;
          cut = true;
          desk.screen.note(`The connection is lost${problem ? ` (${problem.message})` : ""}; trying again.`);
        },
      },
    });
  });
