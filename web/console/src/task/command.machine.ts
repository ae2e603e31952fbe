import { assign, fromPromise, setup } from "xstate";
import type { Granted } from "#client/http.ts";
import type { TaskCommand } from "#schema/task.commands.ts";

/** After this long without the fact, the person is told that the outcome is not known. */
const UNKNOWN_AFTER_MS = 10_000;

interface Context {
  readonly id: string;
  readonly seq: number;
  readonly error: unknown;
}

/**
 * One press of a command button. It is not over when the server says yes but when the fact has been heard:
 * a button never shows what the log does not.
 */
export const commandMachine = setup({
  types: {
    context: {} as Context,
    events: {} as
      | { type: "send"; id: string; command: TaskCommand }
      | { type: "heard"; seq: number }
      | { type: "dismiss" },
  },
  actors: {
    send: fromPromise<Granted, { id: string; command: TaskCommand }>(() =>
      Promise.reject(new Error("not wired")),
    ),
  },
  guards: {
    isIt: ({ context, event }) => event.type === "heard" && event.seq >= context.seq,
  },
}).createMachine({
  id: "command",
  initial: "idle",
  context: { id: "", seq: 0, error: null },
  states: {
    idle: { on: { send: "sending" } },
    sending: {
      invoke: {
        src: "send",
        input: ({ event }) => {
          if (event.type !== "send") throw new Error("nothing to send");
          return { id: event.id, command: event.command };
        },
        onDone: { target: "accepted", actions: assign({ seq: ({ event }) => event.output.seq }) },
        onError: { target: "refused", actions: assign({ error: ({ event }) => event.error }) },
      },
    },
    accepted: {
      on: { heard: { guard: "isIt", target: "idle" } },
      after: { [UNKNOWN_AFTER_MS]: "unknown" },
    },
    refused: { on: { send: "sending", dismiss: "idle" } },
    unknown: { on: { heard: { guard: "isIt", target: "idle" }, send: "sending", dismiss: "idle" } },
  },
});
