import { Button } from "@mantine/core";
import type { ComponentProps, ReactNode } from "react";
import { PopupDialog } from "./popup-dialog.tsx";

interface ConfirmDialogProps extends Pick<ComponentProps<typeof PopupDialog>, "atEnd" | "button"> {
  readonly question: string;
  /** What a yes leads to. */
  readonly consequence: ReactNode;
  readonly no: string;
  readonly yes: { readonly label: string; readonly testid: string; readonly color?: string };
  readonly onYes: () => void;
}

/** Asks once more, beside the button that was pressed. */
export const ConfirmDialog = ({ question, consequence, no, yes, onYes, ...place }: ConfirmDialogProps) => (
  <PopupDialog label={question} width={290} {...place}>
    {(close) => (
      <>
        <p className="confirm-words">
          <strong>{question}</strong> {consequence}
        </p>
        <div className="confirm-buttons">
          <Button size="xs" variant="default" onClick={close}>
            {no}
          </Button>
          <Button
            size="xs"
            {...(yes.color === undefined ? {} : { color: yes.color })}
            data-testid={yes.testid}
            data-autofocus
            onClick={() => {
              close();
              onYes();
            }}
          >
            {yes.label}
          </Button>
        </div>
      </>
    )}
  </PopupDialog>
);
