import { type Executor, typeOf } from "./executor.ts";
import type { FromSlot } from "./slots/slot-protocol.ts";

/** What a module of the user's declares. It runs in a slot: whatever it does when it is imported hurts nobody else. */
export const examine = async (module: string): Promise<FromSlot> => {
  try {
    const { executor } = (await import(module)) as { executor?: Executor };
    if (executor === undefined) return { kind: "not-examined", message: 'It exports no "executor".' };
    if (typeof executor?.run !== "function")
      return { kind: "not-examined", message: "Its executor has no run function: use defineExecutor." };
    return { kind: "examined", declared: JSON.stringify(typeOf(executor)) };
  } catch (error) {
    return { kind: "not-examined", message: error instanceof Error ? error.message : String(error) };
  }
};
