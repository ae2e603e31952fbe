import { Button, CloseButton, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { PRIORITIES } from "#schema/priorities.ts";
import { TASK_STATES } from "#schema/task.evolve.ts";
import { useLive } from "../live/live-context.tsx";
import type { TaskFilter } from "../live/task-filter.ts";
import { sentence, stateWords } from "../show/words.ts";
import { taskSearch } from "./task-search.ts";

interface Preset {
  readonly name: string;
  readonly filter: TaskFilter;
}

const PRESETS: readonly Preset[] = [
  { name: "All", filter: {} },
  { name: "In flight", filter: { state: "active" } },
  { name: "Waiting", filter: { state: "waiting" } },
  { name: "Failed", filter: { state: "failed" } },
  { name: "Settled", filter: { state: "settled" } },
];

const option = (value: string) => ({ value, label: sentence(stateWords(value)) });
const STATE_OPTIONS = [
  { group: "Kind", items: ["active", "waiting", "settled"].map(option) },
  { group: "State", items: TASK_STATES.map(option) },
];

interface FilterBarProps {
  readonly filter: TaskFilter;
  /** `typing` replaces the address instead of adding a step to go back to. */
  readonly onChange: (next: TaskFilter, typing: boolean) => void;
}

interface TextFilterProps {
  readonly value: string;
  readonly label: string;
  readonly wide?: boolean;
  readonly onText: (text: string) => void;
}

/** A text filter that waits until one stops typing. */
const TextFilter = ({ value, label, wide = false, onText }: TextFilterProps) => {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  // The address changed by other means than this field: a preset, the Back button.
  if (value !== known) {
    setKnown(value);
    setText(value);
  }
  const tell = useDebouncedCallback(onText, 250);
  const change = (next: string): void => {
    setText(next);
    tell(next);
  };
  return (
    <TextInput
      size="xs"
      w={wide ? 150 : 112}
      placeholder={label}
      aria-label={label}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      rightSection={
        text !== "" && <CloseButton size="xs" aria-label={`Clear: ${label}`} onClick={() => change("")} />
      }
    />
  );
};

interface TypeFilterProps {
  readonly value: string | undefined;
  readonly onType: (type: string | null) => void;
}

const TypeFilter = ({ value, onType }: TypeFilterProps) => {
  const { client } = useLive();
  const types = useQuery({ queryKey: ["types"], queryFn: () => client.types() });
  const known = types.data?.items.map(({ type }) => type) ?? [];
  return (
    <Select
      size="xs"
      w={150}
      placeholder="Any type"
      aria-label="Type"
      // A type no runner offers now may still have tasks.
      data={[...new Set([...known, ...(value === undefined ? [] : [value])])]}
      value={value ?? null}
      onChange={onType}
      clearable
    />
  );
};

export const FilterBar = ({ filter, onChange }: FilterBarProps) => {
  const set = (part: Record<string, string | null>, typing = false): void =>
    onChange(taskSearch({ ...filter, ...part }), typing);
  const single = filter.state?.includes(",") ? null : (filter.state ?? null);
  return (
    <div className="filters" role="search" aria-label="Filter tasks">
      <div className="presets">
        {PRESETS.map(({ name, filter: preset }) => (
          <button
            key={name}
            type="button"
            className="preset"
            aria-pressed={JSON.stringify(preset) === JSON.stringify(filter)}
            onClick={() => onChange(preset, false)}
          >
            {name}
          </button>
        ))}
      </div>
      <TextFilter label="Name or id" wide value={filter.text ?? ""} onText={(text) => set({ text }, true)} />
      <Select
        size="xs"
        w={132}
        placeholder={filter.state?.includes(",") ? filter.state : "Any state"}
        aria-label="State"
        data={STATE_OPTIONS}
        value={single}
        onChange={(state) => set({ state })}
        clearable
        searchable
      />
      <TypeFilter value={filter.type} onType={(type) => set({ type })} />
      <Select
        size="xs"
        w={122}
        placeholder="Any priority"
        aria-label="Priority"
        data={PRIORITIES.map((each) => ({ value: each, label: sentence(each) }))}
        value={filter.priority ?? null}
        onChange={(priority) => set({ priority })}
        clearable
      />
      <TextFilter label="Queue" value={filter.queue ?? ""} onText={(queue) => set({ queue }, true)} />
      <TextFilter
        label="Label (key=value)"
        wide
        value={filter.label ?? ""}
        onText={(label) => set({ label }, true)}
      />
      {Object.keys(filter).length > 0 && (
        <Button size="compact-xs" variant="subtle" onClick={() => onChange({}, false)}>
          Clear filters
        </Button>
      )}
    </div>
  );
};
