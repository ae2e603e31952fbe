import { Button, CloseButton, Select, TextInput } from "@mantine/core";
import type { ContainerRow, EngineInfo } from "#schema/api.ts";
import { sentence } from "../show/words.ts";
import type { ContainerFilter } from "./container-search.ts";

interface ContainerFiltersProps {
  readonly filter: ContainerFilter;
  readonly engines: readonly EngineInfo[];
  readonly runner: string;
  readonly rows: readonly ContainerRow[];
  readonly onChange: (part: Record<string, string | undefined>, typing?: boolean) => void;
}

export const ContainerFilters = ({ filter, engines, runner, rows, onChange }: ContainerFiltersProps) => {
  const states = [...new Set(rows.map(({ state }) => state))].sort();
  const filtered = filter.text !== undefined || filter.state !== undefined || filter.label !== undefined;
  return (
    <div className="filters" role="search" aria-label="Filter containers">
      {engines.length > 1 && (
        <Select
          size="xs"
          w={180}
          aria-label="Engine"
          data={engines.map((engine) => ({ value: engine.runner, label: engine.name ?? engine.runner }))}
          value={runner}
          onChange={(next) => onChange({ runner: next ?? undefined })}
          allowDeselect={false}
        />
      )}
      <TextInput
        size="xs"
        w={220}
        placeholder="Name, image or id"
        aria-label="Name, image or id"
        data-testid="container-filter"
        value={filter.text ?? ""}
        onChange={(event) => onChange({ text: event.currentTarget.value || undefined }, true)}
        rightSection={
          filter.text !== undefined && (
            <CloseButton size="xs" aria-label="Clear" onClick={() => onChange({ text: undefined })} />
          )
        }
      />
      <div className="presets">
        <button
          type="button"
          className="preset"
          aria-pressed={filter.state === undefined}
          onClick={() => onChange({ state: undefined })}
        >
          Any state
        </button>
        {states.map((state) => (
          <button
            key={state}
            type="button"
            className="preset"
            aria-pressed={filter.state === state}
            onClick={() => onChange({ state })}
          >
            {sentence(state)} <b>{rows.filter((row) => row.state === state).length}</b>
          </button>
        ))}
      </div>
      <TextInput
        size="xs"
        w={190}
        placeholder="Label, or label=value"
        aria-label="Label, or label=value"
        value={filter.label ?? ""}
        onChange={(event) => onChange({ label: event.currentTarget.value || undefined }, true)}
      />
      {filtered && (
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => onChange({ text: undefined, state: undefined, label: undefined })}
        >
          Clear filters
        </Button>
      )}
    </div>
  );
};
