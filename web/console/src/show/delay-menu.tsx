import { Button, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useNow } from "./ticker.ts";
import { delayChoices, fromLocal } from "./delay-choices.ts";
import { PopupDialog } from "./popup-dialog.tsx";

interface DelayMenuProps {
  /** Draws the button that opens it. */
  readonly button: (open: () => void) => ReactNode;
  readonly label: string;
  /** RFC 3339. */
  readonly onChoose: (runAt: string) => void;
}

/** Until when: the usual spans, or a moment of one's own. */
export const DelayMenu = ({ button, label, onChoose }: DelayMenuProps) => {
  const now = useNow();
  const [text, setText] = useState("");
  const own = fromLocal(text, now);
  return (
    <PopupDialog label={label} width={260} atEnd button={button}>
      {(close) => {
        const take = (runAt: string): void => {
          close();
          onChoose(runAt);
        };
        return (
          <div className="delay-menu">
            <strong>{label}</strong>
            <div className="delay-choices">
              {delayChoices(now).map(({ name, runAt }) => (
                <Button key={name} size="compact-xs" variant="default" onClick={() => take(runAt)}>
                  {name}
                </Button>
              ))}
            </div>
            <div className="delay-own">
              <TextInput
                size="xs"
                type="datetime-local"
                aria-label="Not before"
                value={text}
                onChange={(event) => setText(event.currentTarget.value)}
                error={text !== "" && own === null && "That is not in the future."}
              />
              <Button size="xs" disabled={own === null} onClick={() => own !== null && take(own)}>
                Set
              </Button>
            </div>
          </div>
        );
      }}
    </PopupDialog>
  );
};
