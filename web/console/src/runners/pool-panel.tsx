import { Button, NumberInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ban, CircleCheck, Scaling, Waves } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { PoolStatus } from "#schema/pool.ts";
import { useLive, useOffline } from "../live/live-context.tsx";
import { useFresh } from "../live/use-fresh.ts";
import { notPossible } from "../show/not-possible.ts";
import { PopupDialog } from "../show/popup-dialog.tsx";
import { problemWords } from "../show/problem-words.ts";
import { closedWords, poolWords } from "./pool-words.ts";
import { SlotList } from "./slot-list.tsx";

type Wish = { readonly verb: "cordon" | "uncordon" | "drain" } | { readonly slots: number | null };

const usePool = (runner: string) => {
  const { client } = useLive();
  const answers = useQueryClient();
  const offline = useOffline();
  const pool = useQuery({
    queryKey: ["pool", runner],
    queryFn: () => client.pools.get(runner),
    staleTime: 0,
  });
  useFresh(pool.refetch, { tasks: true, runners: true });
  const steer = useMutation({
    mutationFn: (wish: Wish) =>
      "verb" in wish ? client.pools[wish.verb](runner) : client.pools.scale(runner, wish.slots),
    onSuccess: (status) => answers.setQueryData(["pool", runner], status),
    onError: notPossible,
  });
  return {
    pool,
    steer,
    look: { size: "compact-sm", variant: "default", disabled: offline || steer.isPending } as const,
  };
};

interface ScaleButtonProps {
  readonly pool: PoolStatus;
  readonly disabled: boolean;
  readonly onScale: (slots: number | null) => void;
}

const ScaleButton = ({ pool, disabled, onScale }: ScaleButtonProps) => {
  const [slots, setSlots] = useState(pool.target);
  const scale = (wanted: number | null, close: () => void): void => {
    close();
    onScale(wanted);
  };
  const submit = (event: FormEvent, close: () => void): void => {
    event.preventDefault();
    scale(slots, close);
  };
  return (
    <PopupDialog
      label="Number of slots"
      width={240}
      button={(open) => (
        <Button
          size="compact-sm"
          variant="default"
          disabled={disabled}
          leftSection={<Scaling size={14} />}
          data-testid="pool-scale"
          onClick={open}
        >
          Slots
        </Button>
      )}
    >
      {(close) => (
        <form className="delay-menu" onSubmit={(event) => submit(event, close)}>
          <NumberInput
            size="xs"
            label={`Slots (1 to ${pool.max})`}
            min={1}
            max={pool.max}
            allowDecimal={false}
            value={slots}
            onChange={(value) => typeof value === "number" && setSlots(value)}
            data-autofocus
          />
          <div className="confirm-buttons">
            <Button size="xs" variant="default" disabled={pool.automatic} onClick={() => scale(null, close)}>
              As needed
            </Button>
            <Button size="xs" type="submit">
              Set
            </Button>
          </div>
        </form>
      )}
    </PopupDialog>
  );
};

interface PoolPanelProps {
  readonly runner: string;
  /** It is said already that it takes nothing new, and why. */
  readonly said: boolean;
}

/** The slots of a runner that is there, and the levers for them. */
export const PoolPanel = ({ runner, said }: PoolPanelProps) => {
  const { pool, steer, look } = usePool(runner);
  if (pool.isError) return <p className="muted small">{problemWords(pool.error)}</p>;
  if (pool.isPending) return <p className="muted small">Asking for its slots…</p>;
  const status = pool.data;
  const closed = said ? "" : closedWords(status);
  return (
    <div className="pool" data-testid={`pool-${runner}`}>
      <p className="small">
        <b>{status.slots.filter(({ state }) => state === "working").length}</b> at work ·{" "}
        <span className="muted">{poolWords(status)}</span>
      </p>
      <SlotList pool={status} />
      {closed !== "" && <p className="reached">{closed}</p>}
      <div className="card-buttons">
        {status.cordoned ? (
          <Button
            {...look}
            leftSection={<CircleCheck size={14} />}
            onClick={() => steer.mutate({ verb: "uncordon" })}
          >
            Take work again
          </Button>
        ) : (
          <Button
            {...look}
            leftSection={<Ban size={14} />}
            data-testid="pool-cordon"
            onClick={() => steer.mutate({ verb: "cordon" })}
          >
            Cordon
          </Button>
        )}
        {!status.draining && (
          <Button {...look} leftSection={<Waves size={14} />} onClick={() => steer.mutate({ verb: "drain" })}>
            Drain
          </Button>
        )}
        {status.max > 1 && (
          <ScaleButton pool={status} disabled={look.disabled} onScale={(slots) => steer.mutate({ slots })} />
        )}
      </div>
    </div>
  );
};
