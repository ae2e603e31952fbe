import { expect, test, vi } from "vitest";
import { createActor, fromPromise, SimulatedClock } from "xstate";
import type { Granted } from "#client/http.ts";
import { commandMachine } from "../../../../web/console/src/task/command.machine.ts";

const press = (answer: () => Promise<Granted>) => {
  const clock = new SimulatedClock();
  const actor = createActor(commandMachine.provide({ actors: { send: fromPromise(answer) } }), { clock });
  actor.start();
  actor.send({ type: "send", id: "a", command: { type: "cancel" } });
  return { actor, clock };
};
const granted = (): Promise<Granted> => Promise.resolve({ id: "a", seq: 7, state: "cancelling" });

test("a yes of the server is not the end: the button waits for the fact itself", async () => {
  const { actor } = press(granted);
  await vi.waitFor(() => expect(actor.getSnapshot().value).toBe("accepted"));
  actor.send({ type: "heard", seq: 6 });
  expect(actor.getSnapshot().value).toBe("accepted");
  actor.send({ type: "heard", seq: 7 });
  expect(actor.getSnapshot().value).toBe("idle");
});

test("a fact that does not come makes the outcome unknown, never done", async () => {
  const { actor, clock } = press(granted);
  await vi.waitFor(() => expect(actor.getSnapshot().value).toBe("accepted"));
  clock.increment(10_000);
  expect(actor.getSnapshot().value).toBe("unknown");
});

test("a refusal keeps its reason, and one can press again", async () => {
  const refusal = new Error("Cannot cancel a task that is completed.");
  const { actor } = press(() => Promise.reject(refusal));
  await vi.waitFor(() => expect(actor.getSnapshot().value).toBe("refused"));
  expect(actor.getSnapshot().context.error).toBe(refusal);
  actor.send({ type: "send", id: "a", command: { type: "cancel" } });
  expect(actor.getSnapshot().value).toBe("sending");
});
