import { notifications } from "@mantine/notifications";
import { useMachine } from "@xstate/react";
import { useEffect, useMemo } from "react";
import { fromPromise } from "xstate";
import type { Client, Granted } from "#client/http.ts";
import type { TaskCommand } from "#schema/task.commands.ts";
import { useLive } from "../live/live-context.tsx";
import { problemWords } from "../show/problem-words.ts";
import { commandMachine } from "./command.machine.ts";

const send = (client: Client, id: string, command: TaskCommand): Promise<Granted> => {
  switch (command.type) {
    case "cancel":
      return client.cancel(id, command.reason);
    case "pause":
      return client.pause(id, command.reason);
    case "resume":
      return client.resume(id, command.reason);
    case "retry":
      return client.retry(id, command.items, command.reason);
    case "approve": {
      const { type: _type, ...yes } = command;
      return client.approve(id, yes);
    }
    case "replan":
      return client.replan(id, command.plan, command.reason);
    case "reprioritise":
      return client.setPriority(id, command.priority, command.reason);
    case "delay":
      return client.delay(id, command.runAt, command.reason);
  }
};

export interface CommandSender {
  readonly busy: boolean;
  press(command: TaskCommand): void;
}

/** Sends wishes about one task; busy until the resulting fact was heard. A refusal is told with the server's reason. */
export const useCommand = (taskId: string): CommandSender => {
  const { client, store } = useLive();
  const machine = useMemo(
    () =>
      commandMachine.provide({
        actors: { send: fromPromise(({ input }) => send(client, input.id, input.command)) },
      }),
    [client],
  );
  const [snapshot, tell] = useMachine(machine);
  const accepted = snapshot.matches("accepted");
  useEffect(() => {
    const hear = (): void => tell({ type: "heard", seq: store.get(taskId)?.summary.seq ?? 0 });
    if (accepted) hear();
    return store.subscribe(taskId, hear);
  }, [store, taskId, tell, accepted]);
  const refused = snapshot.matches("refused");
  const unknown = snapshot.matches("unknown");
  useEffect(() => {
    if (!refused && !unknown) return;
    const message = unknown
      ? "The server took the wish, but its result has not arrived yet. It will show here when it does."
      : problemWords(snapshot.context.error);
    notifications.show({
      color: unknown ? "yellow" : "red",
      title: unknown ? "Not confirmed yet" : "Not possible",
      message,
    });
    tell({ type: "dismiss" });
  }, [refused, unknown, snapshot.context.error, tell]);
  return {
    busy: snapshot.matches("sending") || accepted,
    press: (command) => tell({ type: "send", id: taskId, command }),
  };
};
