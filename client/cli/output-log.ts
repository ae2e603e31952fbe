import type { LogRow } from "#schema/api.ts";
import { ApiProblem } from "../http.ts";
import type { Desk } from "./desk.ts";
import { Unreachable } from "./failures.ts";
import { listen } from "./listen.ts";
import { endOf } from "./settled.ts";

const PAGE = 1_000;
/** Output is stored a moment after it was told (200 ms and a write); until then it is asked for again. Milliseconds. */
const AGAIN_MS = 500;
/** Looks without anything new after which a settled task's output is taken to be whole. */
const QUIET_LOOKS = 3;

/** A task settled less than this ago may have output that is not stored yet. Milliseconds. */
const JUST_MS = 5_000;

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Writes output in its order, each piece once. */
class Printer {
  last = 0;
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  print(row: LogRow): void {
    if (row.seq <= this.last) return;
    this.last = row.seq;
    const { screen } = this.#desk;
    if (screen.json) return screen.value(row);
    if (row.dropped > 0) screen.note(`[${row.dropped} bytes left out]`);
    screen.raw(row.stream === "stdout" ? "stdout" : "stderr", row.text);
  }

  /** Prints what is stored; the answer is the telemetry sequence up to which that was all. */
  async stored(id: string): Promise<number> {
    for (;;) {
      const page = await this.#desk.client.logs(id, { after: this.last, limit: PAGE });
      for (const row of page.items) this.print(row);
      if (page.next === undefined || page.items.length === 0) return page.asOf;
    }
  }
}

/** Prints what was not stored at the end of the task; when it cannot be read, says so. */
const printRest = async (desk: Desk, printer: Printer, id: string): Promise<void> => {
  try {
    for (let quiet = 0; quiet < QUIET_LOOKS;) {
      if (quiet > 0) await later(AGAIN_MS);
      const before = printer.last;
      await printer.stored(id);
      quiet = printer.last === before ? quiet + 1 : 1;
    }
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    desk.screen.note(`The last of the output cannot be read: ${error.message}`);
  }
};

/** Prints the stored output of a task; of one that has just been settled, all of it. */
export const printLog = async (desk: Desk, id: string): Promise<void> => {
  const printer = new Printer(desk);
  const { settledAt } = await desk.client.task(id);
  await printer.stored(id);
  const justSettled = settledAt !== null && Math.abs(Date.now() - Date.parse(settledAt)) < JUST_MS;
  if (justSettled) await printRest(desk, printer, id);
};

/** Prints the output of a task, stored and live, until the task is settled. Rejects when the output cannot be read. */
export const followLog = async (desk: Desk, id: string): Promise<void> => {
  const printer = new Printer(desk);
  const { tag, seq } = await desk.client.task(id);
  await printer.stored(id);
  if (tag === "settled") return printRest(desk, printer, id);
  await listen<void>(desk, { after: seq, logs: id }, (finish) => {
    // Live output is held back until all before it has been stored, and so printed.
    let held: LogRow[] | null = [];
    let reading = false;
    const catchUp = async (): Promise<void> => {
      for (let quiet = 0; held !== null && (held.length > 0 || quiet < QUIET_LOOKS);) {
        const asOf = await printer.stored(id);
        const first: LogRow | undefined = held[0];
        if (first !== undefined && asOf >= first.seq) {
          for (const row of held) printer.print(row);
          held = null;
        } else await later(AGAIN_MS);
        quiet = first === undefined ? quiet + 1 : 0;
      }
    };
    const read = (): void => {
      if (reading) return;
      reading = true;
      catchUp()
        .catch((error: unknown) => (error instanceof Unreachable ? undefined : finish.fail(error)))
        .finally(() => (reading = false));
    };
    // The last of it may come after the task's own end: the line stays open meanwhile.
    const done = (): void => void printRest(desk, printer, id).then(finish.done, finish.fail);
    const end = endOf(desk, id, { done, fail: finish.fail });
    return {
      hello: () => {
        held ??= [];
        read();
        void end.look();
      },
      reset: () => void end.look(),
      log: (row) => {
        if (held === null) return printer.print(row);
        held.push(row);
        read();
      },
      fact: (_, fact) => end.heed(fact),
    };
  });
};
