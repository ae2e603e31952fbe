import { Textarea } from "@mantine/core";
import { useState } from "react";

interface JsonEditorProps {
  readonly value: unknown;
  /** Undefined while the text is no JSON. */
  readonly onChange: (value: unknown, valid: boolean) => void;
  /** The server did not like it; what exactly is said beside the button. */
  readonly refused: boolean;
}

/** The payload as text, for those who think in it. */
export const JsonEditor = ({ value, onChange, refused }: JsonEditorProps) => {
  const [text, setText] = useState(() => JSON.stringify(value, null, 2));
  const [problem, setProblem] = useState<string | null>(null);
  const change = (next: string): void => {
    setText(next);
    try {
      onChange(JSON.parse(next), true);
      setProblem(null);
    } catch (error) {
      onChange(value, false);
      setProblem(error instanceof Error ? `This is no JSON yet: ${error.message}` : "This is no JSON yet.");
    }
  };
  return (
    <Textarea
      label="Payload (JSON)"
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      autosize
      minRows={8}
      maxRows={26}
      spellCheck={false}
      data-testid="payload-json"
      classNames={{ input: "json-input" }}
      error={problem ?? refused}
    />
  );
};
