import { Alert, Button, Modal, TextInput } from "@mantine/core";
import { TriangleAlert } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { ContainerRow } from "#schema/api.ts";
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
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready && !busy) onConfirm(chosen.map(({ id }) => id));
  };
  return (
    <Modal
      opened
      onClose={onClose}
      centered
      size="lg"
      title={`${sentence(action)} ${plural(chosen.length, "container")}?`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={submit} className="confirm">
        <p>
          <strong>
            {chosen.length} of {rows.length} selected
          </strong>{" "}
          will be {past}. {words}
        </p>
        <p className="confirm-names">{names(chosen)}</p>
        {vanishing.length > 0 && (
          <Alert color="orange" icon={<TriangleAlert size={16} />} title="Some will be deleted">
            {plural(vanishing.length, "container")} started with <code>--rm</code> will be deleted by the
            engine when stopped: {names(vanishing)}.
          </Alert>
        )}
        {left.length > 0 && (
          <div className="confirm-left">
            <h3>Left alone</h3>
            <ul>
              {byReason(left).map(([why, group]) => (
                <li key={why}>
                  <b>{group.length}</b> {why.replace(/\.$/, "")}:{" "}
                  <span className="muted">{names(group)}</span>
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
        {problem !== null && (
          <Alert color="red" role="alert">
            {problem}
          </Alert>
        )}
        <div className="confirm-buttons">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button
            type="submit"
            disabled={!ready}
            loading={busy}
            data-testid="confirm-run"
            {...(grave ? { color: "red" } : { "data-autofocus": true })}
          >
            {sentence(action)} {plural(chosen.length, "container")}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
