import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { number } from "../show/words.ts";

/** What a list hands to the bar of its actions. */
export interface BarProps<Row> {
  readonly chosen: readonly Row[];
  /** Chosen rows the filter hides. */
  readonly hidden: number;
  readonly onClear: () => void;
}

interface SelectionBarProps {
  readonly count: number;
  readonly hidden: number;
  readonly many: string;
  readonly onClear: () => void;
  readonly children: ReactNode;
}

/** How many are chosen, and what can be done with them. */
export const SelectionBar = ({ count, hidden, many, onClear, children }: SelectionBarProps) => (
  <div
    className="bulk-bar"
    role="toolbar"
    aria-label={`Actions on the selected ${many}`}
    data-testid="bulk-bar"
  >
    <strong>{number(count)} selected</strong>
    {hidden > 0 && <span className="muted">({number(hidden)} of them hidden by the filter)</span>}
    {children}
    <span className="spring" />
    <Button size="compact-sm" variant="subtle" onClick={onClear}>
      Clear
    </Button>
  </div>
);
