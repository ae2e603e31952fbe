import { NumberInput, Select, TextInput } from "@mantine/core";
import { useMemo } from "react";
import { useNow } from "../show/ticker.ts";
import { moment, sentence } from "../show/words.ts";
import { cronWords } from "./cron-words.ts";
import { nextRuns, type ScheduleDraft } from "./schedule-draft.ts";
import { MISSED_CHOICES, OVERLAP_CHOICES } from "./schedule-words.ts";

const ZONES = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
const SHOWN = 3;

interface ScheduleFieldsProps {
  readonly draft: ScheduleDraft;
  readonly onChange: (part: Partial<ScheduleDraft>) => void;
}

/** When, and what happens to runs that meet or were missed. */
export const ScheduleFields = ({ draft, onChange }: ScheduleFieldsProps) => {
  const now = useNow();
  const minute = Math.floor(now / 60_000) * 60_000;
  const { cron, timezone } = draft;
  const next = useMemo(() => nextRuns({ cron, timezone }, minute, SHOWN), [cron, timezone, minute]);
  const wrong = (path: "cron" | "timezone"): string | undefined =>
    next.ok || next.path !== path ? undefined : next.message;
  const zones = ZONES.includes(timezone) ? ZONES : [timezone, ...ZONES];
  return (
    <div className="schedule-fields">
      <TextInput
        size="xs"
        label="Name"
        value={draft.name}
        maxLength={200}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        required
        data-testid="schedule-name"
      />
      <TextInput
        size="xs"
        label="Times (cron)"
        value={cron}
        maxLength={200}
        onChange={(event) => onChange({ cron: event.currentTarget.value })}
        error={wrong("cron")}
        required
        data-testid="schedule-cron"
      />
      <Select
        size="xs"
        label="Timezone"
        data={zones}
        value={timezone}
        onChange={(zone) => zone !== null && onChange({ timezone: zone })}
        error={wrong("timezone")}
        searchable
        allowDeselect={false}
        limit={100}
      />
      <NumberInput
        size="xs"
        label="Up to so much later (min)"
        placeholder="On time"
        min={0}
        max={60}
        value={draft.jitterMinutes ?? ""}
        onChange={(value) => onChange({ jitterMinutes: typeof value === "number" ? value : null })}
      />
      <Select
        size="xs"
        label="While the one before is at work"
        data={OVERLAP_CHOICES}
        value={draft.overlap}
        onChange={(overlap) => overlap && onChange({ overlap: overlap as ScheduleDraft["overlap"] })}
        allowDeselect={false}
      />
      <Select
        size="xs"
        label="Runs missed while Longshore was off"
        data={MISSED_CHOICES}
        value={draft.missed}
        onChange={(missed) => missed && onChange({ missed: missed as ScheduleDraft["missed"] })}
        allowDeselect={false}
      />
      {next.ok && (
        <p className="muted small next-runs" data-testid="next-runs">
          {sentence(cronWords(cron))}.{" "}
          {next.at.length === 0
            ? "It is never due."
            : `Next, on your clock: ${next.at.map(moment).join(" · ")}`}
        </p>
      )}
    </div>
  );
};
