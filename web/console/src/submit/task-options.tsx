import { NumberInput, Select, Switch, TextInput } from "@mantine/core";
import type { Problem } from "#schema/api.ts";
import type { ExecutorType } from "#schema/executor-type.ts";
import { PRIORITIES } from "#schema/priorities.ts";
import type { Priority } from "#schema/task.definition.ts";
import { plural, sentence } from "../show/words.ts";
import { carriedWords, type Draft } from "./draft.ts";

interface TaskOptionsProps {
  readonly type: ExecutorType;
  readonly draft: Draft;
  readonly details: Problem["details"];
  readonly onChange: (part: Partial<Draft>) => void;
}

interface AmountProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: number | null;
  readonly max: number;
  readonly error: string | undefined;
  readonly onAmount: (value: number | null) => void;
  readonly decimals?: boolean;
}

const Amount = ({ label, placeholder, value, max, error, onAmount, decimals = false }: AmountProps) => (
  <NumberInput
    size="xs"
    label={label}
    placeholder={placeholder}
    value={value ?? ""}
    onChange={(next) => onAmount(typeof next === "number" ? next : null)}
    min={decimals ? 0.1 : 1}
    max={max}
    allowDecimal={decimals}
    error={error}
  />
);

const DAYS_30_MINUTES = 43_200;

/** Everything about a task that is not its payload. What is left empty is left to the server. */
export const TaskOptions = ({ type, draft, details, onChange }: TaskOptionsProps) => {
  const wrong = (path: string): string | undefined =>
    details?.find((detail) => detail.path.replace(/^\//, "").startsWith(path))?.message;
  const carried = carriedWords(draft);
  return (
    <fieldset className="task-options">
      <legend>Options</legend>
      <TextInput
        size="xs"
        label="Name"
        placeholder="Made from the payload"
        value={draft.name}
        maxLength={200}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        error={wrong("name")}
      />
      <TextInput
        size="xs"
        label="Queue"
        placeholder="default"
        value={draft.queue}
        onChange={(event) => onChange({ queue: event.currentTarget.value })}
        error={wrong("queue")}
      />
      <Select
        size="xs"
        label="Priority"
        data={PRIORITIES.map((each) => ({ value: each, label: sentence(each) }))}
        value={draft.priority}
        onChange={(next) => next && onChange({ priority: next as Priority })}
        allowDeselect={false}
        error={wrong("priority")}
      />
      <Amount
        label="Attempts at most"
        placeholder={`${type.retry.maxAttempts}, as the type says`}
        value={draft.maxAttempts}
        max={100}
        error={wrong("retry")}
        onAmount={(maxAttempts) => onChange({ maxAttempts })}
      />
      <Amount
        label="Limit per attempt (min)"
        placeholder="None"
        value={draft.attemptMinutes}
        max={DAYS_30_MINUTES}
        error={wrong("timeout/attemptMs")}
        onAmount={(attemptMinutes) => onChange({ attemptMinutes })}
        decimals
      />
      <Amount
        label="Limit overall (min)"
        placeholder="None"
        value={draft.totalMinutes}
        max={DAYS_30_MINUTES}
        error={wrong("timeout/totalMs")}
        onAmount={(totalMinutes) => onChange({ totalMinutes })}
        decimals
      />
      <Amount
        label="Begin in (min)"
        placeholder="At once"
        value={draft.delayMinutes}
        max={DAYS_30_MINUTES * 12}
        error={wrong("runAt")}
        onAmount={(delayMinutes) => onChange({ delayMinutes })}
        decimals
      />
      {type.plans && (
        <Switch
          size="xs"
          label="Wait for a yes once the plan is ready"
          checked={draft.approval}
          onChange={(event) => onChange({ approval: event.currentTarget.checked })}
        />
      )}
      {carried !== "" && <p className="muted small">Kept from the original: {carried}.</p>}
      <p className="muted small">
        {type.repeatable
          ? "If its runner is lost, it goes on by itself."
          : "If its runner is lost, it is not run again: it fails as outcome unknown."}{" "}
        {type.retry.maxAttempts > 1 && `Tried ${plural(type.retry.maxAttempts, "time")} by default.`}
      </p>
    </fieldset>
  );
};
