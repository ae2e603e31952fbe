import { Alert, Button, Modal } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";

interface FormDialogProps {
  readonly title: string;
  readonly testid?: string;
  readonly wide?: boolean;
  /** Why it was refused, once it was. */
  readonly problem: string | null;
  /** The button that says yes. */
  readonly yes: {
    readonly label: string;
    readonly testid: string;
    readonly ready?: boolean;
    readonly busy: boolean;
    readonly grave?: boolean;
    readonly autofocus?: boolean;
  };
  readonly onYes: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog with something to fill in or to read before a yes. */
export const FormDialog = ({
  title,
  testid,
  wide = false,
  problem,
  yes,
  onYes,
  onClose,
  children,
}: FormDialogProps) => {
  const { ready = true, busy, grave = false, autofocus = false } = yes;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready && !busy) onYes();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      centered
      size={wide ? "lg" : "md"}
      title={title}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={submit} className="confirm" data-testid={testid}>
        {children}
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
            data-testid={yes.testid}
            {...(grave && { color: "red" })}
            {...(autofocus && { "data-autofocus": true })}
          >
            {yes.label}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
