import { Button } from "@mantine/core";
import { useState } from "react";
import { allExpanded, collapseAllNested, defaultStyles, JsonView } from "react-json-view-lite";
import "react-json-view-lite/dist/index.css";
import { copyText } from "./copy-text.ts";

/** The viewer's own colours are too pale for small text. */
const STYLES = {
  ...defaultStyles,
  container: "json-tree",
  expandIcon: `${defaultStyles.expandIcon} json-icon`,
  collapseIcon: `${defaultStyles.collapseIcon} json-icon`,
  label: "json-key",
  clickableLabel: `${defaultStyles.clickableLabel} json-key`,
  punctuation: "json-mark",
  stringValue: "json-string",
  numberValue: "json-number",
  booleanValue: "json-word",
  nullValue: "json-word",
  undefinedValue: "json-word",
  otherValue: "json-word",
};

interface JsonTreeProps {
  readonly value: unknown;
  readonly label: string;
  readonly open?: boolean;
}

/** JSON to read, fold and copy. */
export const JsonTree = ({ value, label, open = true }: JsonTreeProps) => {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await copyText(JSON.stringify(value, null, 2));
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return (
    <div className="json">
      <Button size="compact-xs" variant="subtle" className="json-copy" onClick={() => void copy()}>
        {copied ? "Copied" : "Copy"}
      </Button>
      {typeof value === "object" && value !== null ? (
        <JsonView
          data={value}
          style={STYLES}
          shouldExpandNode={open ? allExpanded : collapseAllNested}
          aria-label={label}
        />
      ) : (
        <code>{JSON.stringify(value) ?? "–"}</code>
      )}
    </div>
  );
};
