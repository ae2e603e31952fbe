import { CloseButton, TextInput } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { ItemRow, TaskDetail } from "#schema/api.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import { useLive } from "../live/live-context.tsx";
import { ExportLinks } from "../show/export-links.tsx";
import { FailureNotice, Notice } from "../show/notice.tsx";
import { bytes } from "../show/words.ts";
import { ItemChips } from "./item-chips.tsx";
import { standingOf } from "./item-rows.ts";
import { ItemTable } from "./item-table.tsx";
import { UndoButton } from "./undo-button.tsx";
import { useItems } from "./use-items.ts";

interface LedgerProps {
  readonly id: string;
  readonly rows: readonly ItemRow[];
  readonly undo: TaskDetail["undo"] | undefined;
}

const Ledger = ({ id, rows, undo }: LedgerProps) => {
  const { client } = useLive();
  const navigate = useNavigate();
  const { outcome: chosen = null } = useSearch({ from: "/shell/tasks/$id" });
  const [text, setText] = useState("");
  const shown = useMemo(() => {
    const wanted = text.toLowerCase();
    return rows.filter(
      ({ name, id: item, outcome }) =>
        (chosen === null || standingOf(outcome) === chosen) &&
        (wanted === "" || name.toLowerCase().includes(wanted) || item.startsWith(wanted)),
    );
  }, [rows, chosen, text]);
  const freed = useMemo(() => shown.reduce((sum, row) => sum + (row.freed ?? 0), 0), [shown]);
  return (
    <div className="items-panel">
      <div className="panel-bar">
        <ItemChips
          rows={rows}
          chosen={chosen}
          onChoose={(outcome) =>
            void navigate({
              to: "/tasks/$id",
              params: { id },
              search: { tab: "items", ...(outcome === null ? {} : { outcome }) },
              replace: true,
            })
          }
        />
        {freed > 0 && (
          <span className="small" data-testid="items-freed">
            <b>{bytes(freed)}</b> freed
          </span>
        )}
        <span className="spring" />
        {undo !== undefined && <UndoButton id={id} undo={undo} />}
        <TextInput
          size="xs"
          placeholder="Name or id"
          aria-label="Filter items by name or id"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          rightSection={
            text !== "" && <CloseButton size="xs" aria-label="Clear" onClick={() => setText("")} />
          }
        />
        <ExportLinks name="items" href={(format) => client.itemsFile(id, format)} />
      </div>
      {shown.length === 0 ? (
        <p className="panel-wait">No item fits this filter.</p>
      ) : (
        <ItemTable rows={shown} />
      )}
    </div>
  );
};

interface ItemsPanelProps {
  readonly task: FoldedTask;
  readonly undo: TaskDetail["undo"] | undefined;
}

/** The ledger of a task: what became of each planned thing, and what the engine said. */
export const ItemsPanel = ({ task, undo }: ItemsPanelProps) => {
  const items = useItems(task.id, task.context.plan);
  if (task.context.plan === null) {
    return (
      <Notice title="No items">
        This task has no plan (yet): it is one piece of work, or has not planned so far.
      </Notice>
    );
  }
  if (items.isError) {
    return (
      <FailureNotice
        title="The items could not be loaded"
        error={items.error}
        onRetry={() => void items.refetch()}
      />
    );
  }
  if (items.data === undefined) return <div className="panel-wait">Loading the items…</div>;
  return <Ledger id={task.id} rows={items.data} undo={undo} />;
};
