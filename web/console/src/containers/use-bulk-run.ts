import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { ContainerRow } from "#schema/api.ts";
import type { HostInfo } from "#schema/host-api.ts";
import { useLive } from "../live/live-context.tsx";
import { newKey } from "../submit/new-key.ts";
import { plural, sentence } from "../show/words.ts";
import type { BulkAction } from "./bulk-action.ts";

/** An action that waits for its yes; the key makes pressing twice the same wish. */
export interface Wish {
  readonly action: BulkAction;
  readonly rows: readonly ContainerRow[];
  readonly key: string;
}

/** From a pressed button over the yes to the task that does it. */
export const useBulkRun = (host: HostInfo, onStarted: (id: string) => void) => {
  const { client } = useLive();
  const [wish, setWish] = useState<Wish | null>(null);
  const run = useMutation({
    mutationFn: ({ action, key, ids }: { action: BulkAction; key: string; ids: readonly string[] }) =>
      client.submit(
        {
          type: "docker.containers",
          name: `${sentence(action)} ${plural(ids.length, "container")}`,
          payload: { host: host.name, action, ids },
        },
        { idempotencyKey: key },
      ),
    onSuccess: ({ id }, { action, ids }) => {
      setWish(null);
      onStarted(id);
      notifications.show({
        message: `${sentence(action)} ${plural(ids.length, "container")}: submitted`,
        autoClose: 3_000,
      });
    },
  });
  return {
    wish,
    busy: run.isPending,
    problem: run.error,
    ask: (action: BulkAction, rows: readonly ContainerRow[]) => {
      run.reset();
      setWish({ action, rows, key: newKey() });
    },
    confirm: (ids: readonly string[]) => wish && run.mutate({ action: wish.action, key: wish.key, ids }),
    close: () => setWish(null),
  };
};
