import { type Clock, timestamp } from "#infra/clock.ts";
import type { Ids } from "#infra/ids.ts";
import type { RecordFact } from "#schema/envelope.ts";
import { RECORD_KINDS, type RecordEvent, type RecordKind, type RecordValue } from "#schema/record.ts";
import type { Journal, Position } from "./journal/journal.ts";
import type { Cause } from "./tasks.ts";

/** All records of one kind, as their facts leave them. */
export interface Register<K extends RecordKind> {
  get(id: string): RecordValue<K> | undefined;
  all(): Iterable<RecordValue<K>>;
  /** Grows with every change, done or undone. */
  readonly changes: number;
  /** A record as the log left it. */
  adopt(id: string, value: RecordValue<K>): void;
  /** Writes what happened and what the record is now; null when it is no more. Throws NotRecorded, FactTooLarge. */
  record(id: string, event: RecordEvent<K>, after: RecordValue<K> | null, cause: Cause): Position;
}

export type Records = { readonly [K in RecordKind]: Register<K> };

interface RecordsOptions {
  readonly journal: Journal;
  readonly epoch: number;
  readonly clock: Clock;
  readonly ids: Ids;
}

const createRegister = <K extends RecordKind>(
  kind: K,
  { journal, epoch, clock, ids }: RecordsOptions,
): Register<K> => {
  const values = new Map<string, RecordValue<K>>();
  let changes = 0;
  const put = (id: string, value: RecordValue<K> | null | undefined): void => {
    changes += 1;
    if (value) values.set(id, value);
    else values.delete(id);
  };
  return {
    get: (id) => values.get(id),
    all: () => values.values(),
    get changes() {
      return changes;
    },
    adopt: put,
    record: (id, event, after, cause) => {
      const before = values.get(id);
      const { type, ...data } = event;
      const fact: Omit<RecordFact<K>, "chain"> = {
        v: 1,
        id: ids.next(),
        type,
        about: { kind, id },
        at: timestamp(clock.now()),
        actor: cause.by,
        reason: cause.reason ?? null,
        cause: cause.id ?? null,
        epoch,
        data,
        after,
      };
      const position = journal.write(fact as Omit<RecordFact, "chain">, { queue: "", previous: null }, () =>
        put(id, before),
      );
      put(id, after);
      return position;
    },
  };
};

export const createRecords = (options: RecordsOptions): Records =>
  Object.fromEntries(RECORD_KINDS.map((kind) => [kind, createRegister(kind, options)])) as unknown as Records;
