import { Alert, TextInput } from "@mantine/core";
import { TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { ContainerRow } from "#schema/api.ts";
import { FormDialog } from "../show/form-dialog.tsx";
import { plural, sentence } from "../show/words.ts";
import { type BulkAction, type LeftOut, MANNERS, previewOf } from "./bulk-action.ts";

/** Names shown before the rest is only counted. */
const NAMES = 12;

const names = (rows: readonly ContainerRow[]): string => {
  const shown = rows.slice(0, NAMES).map(({ name }) => name);
  return rows.length > NAMES ? `${shown.join(", ")} and ${rows.length - NAMES} more` : shown.join(", ");
};

const byReason = (left: readonly LeftOut[]): readonly (readonly [string, readonly ContainerRow[]])[] => {
  const groups = new Map<string, ContainerRow[]>();
  for (const { row, why } of left) groups.set(why, [...(groups.get(why) ?? []), row]);
  return [...groups];
};

interface ConfirmDialogProps {
  readonly action: BulkAction;
  readonly rows: readonly ContainerRow[];
  readonly busy: boolean;
  readonly problem: string | null;
  readonly onConfirm: (ids: readonly string[]) => void;
  readonly onClose: () => void;
}

/** Shows exactly what will happen to how many before anything does. Grave actions want their word typed. */
export const ConfirmDialog = ({ action, rows, busy, problem, onConfirm, onClose }: ConfirmDialogProps) => {
  const { chosen, left, vanishing } = previewOf(action, rows);
  const { words, grave, past } = MANNERS[action];
  const [typed, setTyped] = useState("");
  const ready = chosen.length > 0 && (!grave || typed.trim().toLowerCase() === action);
  const asked = `${sentence(action)} ${plural(chosen.length, "container")}`;
  return (
    <FormDialog
      title={`${asked}?`}
      wide
      problem={problem}
      yes={{ label: asked, testid: "confirm-run", ready, busy, grave, autofocus: !grave }}
      onYes={() => onConfirm(chosen.map(({ id }) => id))}
      onClose={onClose}
    >
      <p>
        <strong>
          {chosen.length} of {rows.length} selected
        </strong>{" "}
        will be {past}. {words}
      </p>
      <p className="confirm-names">{names(chosen)}</p>
      {vanishing.length > 0 && (
        <Alert color="orange" icon={<TriangleAlert size={16} />} title="Some will be deleted">
          {plural(vanishing.length, "container")} started with <code>--rm</code> will be deleted by the engine
          when stopped: {names(vanishing)}.
        </Alert>
      )}
      {left.length > 0 && (
        <div className="confirm-left">
          <h3>Left alone</h3>
          <ul>
            {byReason(left).map(([why, group]) => (
              <li key={why}>
                <b>{group.length}</b> {why.replace(/\.$/, "")}: <span className="muted">{names(group)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {grave && (
        <TextInput
          label={
            <>
              Type <code>{action}</code> to confirm
            </>
          }
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
          data-testid="confirm-word"
        />
      )}
    </FormDialog>
  );
};
