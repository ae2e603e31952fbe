import { useComputedColorScheme } from "@mantine/core";
import { Button } from "@mantine/core";
import { useState } from "react";
import { allExpanded, collapseAllNested, darkStyles, defaultStyles, JsonView } from "react-json-view-lite";
import "react-json-view-lite/dist/index.css";
import { copyText } from "./copy-text.ts";

interface JsonTreeProps {
  readonly value: unknown;
  readonly label: string;
  readonly open?: boolean;
}

/** JSON to read, fold and copy. */
export const JsonTree = ({ value, label, open = true }: JsonTreeProps) => {
  const dark = useComputedColorScheme("light") === "dark";
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await copyText(JSON.stringify(value, null, 2));
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  const styles = { ...(dark ? darkStyles : defaultStyles), container: "json-tree" };
  return (
    <div className="json">
      <Button size="compact-xs" variant="subtle" className="json-copy" onClick={() => void copy()}>
        {copied ? "Copied" : "Copy"}
      </Button>
      {typeof value === "object" && value !== null ? (
        <JsonView
          data={value}
          style={styles}
          shouldExpandNode={open ? allExpanded : collapseAllNested}
          aria-label={label}
        />
      ) : (
        <code>{JSON.stringify(value) ?? "–"}</code>
      )}
    </div>
  );
};
