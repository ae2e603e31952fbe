import { Button, Tooltip } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Sparkles } from "lucide-react";
import { useRef } from "react";
import type { HostInfo, HostList } from "#schema/host-api.ts";
import { useLive, useOffline } from "../live/live-context.tsx";
import { problemWords } from "../show/problem-words.ts";
import { number } from "../show/words.ts";
import { newKey } from "../submit/new-key.ts";
import { useTypes } from "../submit/use-types.ts";
import { CLEANUP, cleanupOf } from "./cleanup.ts";
import { SelectionBar } from "./selection-bar.tsx";

/** Why the list cannot be cleaned up now; null when it can. */
export const useCleanupObstacle = (list: HostList): string | null => {
  const types = useTypes();
  const offline = useOffline();
  if (offline) return "The server does not answer: nothing can be asked of it now.";
  if (types.data === undefined) return null;
  const offered = types.data.items.some(({ type }) => type === CLEANUP[list]);
  return offered ? null : `No connected runner offers ${CLEANUP[list]}.`;
};

interface CleanupBarProps {
  readonly host: HostInfo;
  readonly list: HostList;
  readonly one: string;
  readonly many: string;
  readonly ids: readonly string[];
  readonly hidden: number;
  readonly onClear: () => void;
}

/** Plans a clean-up of the chosen ones; the plan is where one says yes. */
export const CleanupBar = ({ host, list, one, many, ids, hidden, onClear }: CleanupBarProps) => {
  const { client } = useLive();
  const navigate = useNavigate();
  const obstacle = useCleanupObstacle(list);
  // One key as long as the wish is the same: a second press after a lost answer is no second task.
  const wish = useRef({ key: newKey(), text: "" });
  const plan = useMutation({
    mutationFn: () => {
      const body = cleanupOf(host, { list, ids, one, many });
      const text = JSON.stringify(body);
      if (wish.current.text !== text) wish.current = { key: newKey(), text };
      return client.submit(body, { idempotencyKey: wish.current.key });
    },
    onSuccess: ({ id }) => navigate({ to: "/tasks/$id", params: { id } }),
  });
  const dead = obstacle !== null;
  return (
    <SelectionBar count={ids.length} hidden={hidden} many={many} onClear={onClear}>
      <Tooltip label={obstacle} disabled={!dead}>
        <Button
          size="compact-sm"
          leftSection={<Sparkles size={14} />}
          loading={plan.isPending}
          data-testid="plan-cleanup"
          aria-disabled={dead}
          {...(dead && { "data-disabled": true })}
          onClick={(event) => (dead ? event.preventDefault() : plan.mutate())}
        >
          Plan to remove {number(ids.length)}…
        </Button>
      </Tooltip>
      <span className="muted small">You see the plan before anything is removed.</span>
      {plan.isError && (
        <span className="bulk-problem" role="alert">
          {problemWords(plan.error)}
        </span>
      )}
    </SelectionBar>
  );
};
