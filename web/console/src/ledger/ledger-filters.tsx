import { CloseButton, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";
import { ITEM_KINDS, ITEM_OUTCOMES } from "#schema/items.ts";
import type { LedgerFilter } from "#schema/ledger-api.ts";
import { useHosts } from "../hosts/use-hosts.ts";
import { useLive } from "../live/live-context.tsx";
import { kindWords } from "../plan/plan-words.ts";
import { ExportLinks } from "../show/export-links.tsx";
import { sentence } from "../show/words.ts";
import { ITEM_LOOKS } from "../task/item-look.ts";
import type { LedgerSearch } from "./ledger-search.ts";

const TYPING_MS = 300;

const KINDS = ITEM_KINDS.map((value) => ({ value, label: `${sentence(kindWords(value))}s` }));
const OUTCOMES = ITEM_OUTCOMES.flatMap((value) =>
  value === "begun" ? [] : [{ value, label: ITEM_LOOKS[value].words }],
);

export type OnSearch = (
  part: { readonly [K in keyof LedgerSearch]: LedgerSearch[K] | undefined },
  typing?: boolean,
) => void;

interface LedgerFiltersProps {
  readonly search: LedgerSearch;
  readonly onChange: OnSearch;
}

const TextFilter = ({ search, onChange }: LedgerFiltersProps) => {
  const [text, setText] = useState(search.text ?? search.id ?? "");
  const send = useDebouncedCallback((value: string) => {
    onChange({ text: value.trim() === "" ? undefined : value.trim(), id: undefined }, true);
  }, TYPING_MS);
  const change = (value: string): void => {
    setText(value);
    send(value);
  };
  return (
    <TextInput
      size="xs"
      w={240}
      placeholder="Name, or the beginning of an id"
      aria-label="Find by name or id"
      data-testid="ledger-text"
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      rightSection={text !== "" && <CloseButton size="xs" aria-label="Clear" onClick={() => change("")} />}
    />
  );
};

const Day = ({
  name,
  label,
  search,
  onChange,
}: LedgerFiltersProps & { readonly name: "from" | "to"; readonly label: string }) => (
  <TextInput
    size="xs"
    type="date"
    w={140}
    aria-label={label}
    title={label}
    value={search[name] ?? ""}
    onChange={(event) => onChange({ [name]: event.currentTarget.value || undefined })}
  />
);

/** What is shown, as files; the newest of it where it is very much. */
export const LedgerExports = ({ filter }: { readonly filter: LedgerFilter }) => {
  const { client } = useLive();
  return <ExportLinks name="ledger" href={(format) => client.ledger.file(format, filter)} />;
};

/** Which deeds are shown. */
export const LedgerFilters = ({ search, onChange }: LedgerFiltersProps) => {
  const hosts = useHosts().data?.items.map(({ name }) => name) ?? [];
  const { host } = search;
  return (
    <div className="filters" role="search" aria-label="Ledger">
      <TextFilter key={search.id ?? ""} search={search} onChange={onChange} />
      <Select
        size="xs"
        w={150}
        aria-label="Kind"
        placeholder="Any kind"
        data={KINDS}
        value={search.kind ?? null}
        onChange={(kind) => onChange({ kind: kind ?? undefined })}
        clearable
      />
      <Select
        size="xs"
        w={150}
        aria-label="Outcome"
        placeholder="Any outcome"
        data-testid="ledger-outcome"
        data={OUTCOMES}
        value={search.outcome ?? null}
        onChange={(outcome) => onChange({ outcome: outcome ?? undefined })}
        clearable
      />
      <Select
        size="xs"
        w={140}
        aria-label="Host"
        placeholder="Any host"
        data={host === undefined || hosts.includes(host) ? hosts : [host, ...hosts]}
        value={host ?? null}
        onChange={(next) => onChange({ host: next ?? undefined })}
        clearable
      />
      <Day name="from" label="From this day" search={search} onChange={onChange} />
      <span className="muted" aria-hidden="true">
        –
      </span>
      <Day name="to" label="To this day" search={search} onChange={onChange} />
    </div>
  );
};
