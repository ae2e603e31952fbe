import { Button, CloseButton, Select, TextInput } from "@mantine/core";
import { Download } from "lucide-react";
import type { Hue } from "../show/state-look.ts";
import { number } from "../show/words.ts";
import { type Group, GROUPS, type Tally } from "./plan-groups.ts";
import { ORDERS, type PlanFilter } from "./plan-rows.ts";
import { GROUP_WORDS } from "./plan-words.ts";

const HUES: Record<Group, Hue> = { act: "blue", ask: "orange", skip: "slate", protected: "violet" };

const ORDER_WORDS: Record<PlanFilter["order"], string> = {
  planned: "In the plan's order",
  largest: "Largest first",
  oldest: "Oldest first",
};

interface PlanToolsProps {
  readonly id: string;
  readonly counts: Tally["counts"];
  readonly filter: PlanFilter;
  readonly onChange: (part: Partial<PlanFilter>) => void;
}

/** Which of a plan's items are shown, and in which order. */
export const PlanTools = ({ id, counts, filter, onChange }: PlanToolsProps) => (
  <div className="panel-bar">
    <div className="chips" role="group" aria-label="Filter by what becomes of them">
      <button
        type="button"
        className="chip"
        aria-pressed={filter.group === null}
        onClick={() => onChange({ group: null })}
      >
        All <b>{number(GROUPS.reduce((sum, group) => sum + counts[group], 0))}</b>
      </button>
      {GROUPS.filter((group) => counts[group] > 0).map((group) => (
        <button
          key={group}
          type="button"
          className="chip"
          data-hue={HUES[group]}
          data-testid={`plan-group-${group}`}
          aria-pressed={filter.group === group}
          onClick={() => onChange({ group: filter.group === group ? null : group })}
        >
          {GROUP_WORDS[group].chip} <b>{number(counts[group])}</b>
        </button>
      ))}
    </div>
    <span className="spring" />
    <TextInput
      size="xs"
      placeholder="Name, reason, user or id"
      aria-label="Filter the plan's items"
      data-testid="plan-filter"
      value={filter.text}
      onChange={(event) => onChange({ text: event.currentTarget.value })}
      rightSection={
        filter.text !== "" && (
          <CloseButton size="xs" aria-label="Clear" onClick={() => onChange({ text: "" })} />
        )
      }
    />
    <Select
      size="xs"
      w={160}
      aria-label="Order"
      data={ORDERS.map((value) => ({ value, label: ORDER_WORDS[value] }))}
      value={filter.order}
      onChange={(order) => order !== null && onChange({ order: order as PlanFilter["order"] })}
      allowDeselect={false}
    />
    <Button
      size="xs"
      variant="default"
      component="a"
      href={`/api/tasks/${id}/plan?download=true`}
      download={`plan-${id}.json`}
      leftSection={<Download size={14} />}
      data-testid="plan-download"
    >
      JSON
    </Button>
  </div>
);
