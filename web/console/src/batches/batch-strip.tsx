import { Button, CloseButton } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import { useState } from "react";
import type { StartedBatch } from "#client/batches.ts";
import type { BatchRow } from "#schema/record-api.ts";
import { useLive, useOffline } from "../live/live-context.tsx";
import { notPossible } from "../show/not-possible.ts";
import type { Look } from "../show/state-look.ts";
import { GlyphMark } from "../show/state-mark.tsx";
import { BatchResults } from "./batch-results.tsx";
import { batchCounts, batchTitle, canUndo } from "./batch-words.ts";
import { useBatch } from "./use-batch.ts";

const look = ({ state, counts }: BatchRow): Look => {
  if (state === "running") return { hue: "blue", glyph: "half" };
  if (state === "cancelled") return { hue: "slate", glyph: "slashed" };
  return counts.refused > 0 ? { hue: "amber", glyph: "warning" } : { hue: "green", glyph: "check" };
};

const Bar = ({ batch }: { readonly batch: BatchRow }) => {
  const { total, done, refused } = batch.counts;
  const share = (count: number): string => `${(count / Math.max(1, total)) * 100}%`;
  return (
    <span className="progress batch-bar" data-hue={look(batch).hue}>
      <span
        className="progress-track"
        role="progressbar"
        aria-label={batchTitle(batch)}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done + refused}
        aria-valuetext={batchCounts(batch)}
      >
        <span className="progress-good" style={{ width: share(done) }} />
        {refused > 0 && <span className="progress-bad" style={{ width: share(refused) }} />}
      </span>
    </span>
  );
};

const LABEL = "How far the batch is";

interface BatchStripProps {
  readonly id: string;
  readonly onUndo: (batch: StartedBatch) => void;
  /** Absent where the batch is the page itself. */
  readonly onClose?: () => void;
}

/** A batch that was started here, live: how far it is, what was refused and why, and the way back. */
export const BatchStrip = ({ id, onUndo, onClose }: BatchStripProps) => {
  const { client } = useLive();
  const offline = useOffline();
  const [open, setOpen] = useState(onClose === undefined);
  const { data: batch } = useBatch(id);
  const stop = useMutation({ mutationFn: () => client.batches.stop(id), onError: notPossible });
  const undo = useMutation({
    mutationFn: () => client.batches.undo(id),
    onSuccess: onUndo,
    onError: notPossible,
  });
  if (batch === undefined) {
    return (
      <section className="run-strip" data-testid="batch-strip" aria-label={LABEL}>
        <span className="muted">Begun…</span>
      </section>
    );
  }
  const { hue, glyph } = look(batch);
  return (
    <section className="run-strip" data-testid="batch-strip" data-state={batch.state} aria-label={LABEL}>
      <div className="run-head">
        <span className="state" data-hue={hue}>
          <GlyphMark glyph={glyph} /> <b data-testid="batch-title">{batchTitle(batch)}</b>
        </span>
        <span className="muted" data-testid="batch-counts">
          {batchCounts(batch)}
        </span>
        <span className="spring" />
        <Button
          size="compact-sm"
          variant="subtle"
          aria-expanded={open}
          data-testid="batch-show"
          onClick={() => setOpen(!open)}
        >
          {open ? "Hide results" : "Results"}
        </Button>
        {batch.state === "running" && (
          <Button
            size="compact-sm"
            variant="default"
            disabled={offline}
            loading={stop.isPending}
            onClick={() => stop.mutate()}
          >
            Stop
          </Button>
        )}
        {canUndo(batch) && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Undo2 size={14} />}
            disabled={offline}
            loading={undo.isPending}
            data-testid="batch-undo"
            onClick={() => undo.mutate()}
          >
            Undo
          </Button>
        )}
        {onClose && <CloseButton size="sm" aria-label="Hide this batch" onClick={onClose} />}
      </div>
      <Bar batch={batch} />
      {open && <BatchResults batch={batch} />}
    </section>
  );
};
