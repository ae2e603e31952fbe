import { LostObject, type Objects } from "#infra/nats/objects.ts";
import type { Log } from "#infra/log.ts";
import type { TaskPlan } from "#schema/ledger-api.ts";
import type { Stored } from "#schema/stored.ts";
import type { TaskContext } from "#schema/task.context.ts";
import type { TaskDefinition } from "#schema/task.definition.ts";
import type { Connectivity } from "./connectivity.ts";
import { HttpProblem, notFound } from "./problems.ts";

/** Values that facts may only refer to. */
export interface Payloads {
  /** Null when the stored object cannot be had; the task is still worth showing. */
  of(definition: TaskDefinition): Promise<unknown>;
  /** A value of a task; null when the stored object cannot be had. */
  load(id: string, stored: Stored<unknown>): Promise<unknown>;
  /** A value as it goes into a wish: itself when small, else a reference to where it is kept. */
  keep<T>(value: T): Promise<Stored<T>>;
  /** Throws a 404 problem for a task without a plan. */
  planOf(id: string, context: TaskContext): Promise<TaskPlan>;
}

interface PayloadsOptions {
  readonly objects: Objects;
  readonly connectivity: Connectivity;
  readonly log: Log;
}

export const openPayloads = ({ objects, connectivity, log }: PayloadsOptions): Payloads => {
  const orNull = async (taskId: string, stored: Stored<unknown>): Promise<unknown> => {
    if ("value" in stored) return stored.value;
    try {
      return await connectivity.whileConnected(() => objects.load(stored));
    } catch (error) {
      log.warn({ err: error, taskId }, "a stored value cannot be loaded");
      return null;
    }
  };
  return {
    of: ({ id, payload }) => orNull(id, payload),
    load: orNull,
    keep: (value) => connectivity.whileConnected(() => objects.keep(value)),
    planOf: async (id, { plan }) => {
      if (plan === null) throw notFound(`Task ${id} has no plan.`);
      try {
        const { number, hash } = plan;
        const loaded = await connectivity.whileConnected(() => objects.load(plan.plan));
        return { number, ...(hash === undefined ? {} : { hash }), ...loaded };
      } catch (error) {
        if (error instanceof LostObject)
          throw new HttpProblem(410, `The plan of task ${id} is gone: ${error.message}.`);
        throw error;
      }
    },
  };
};
