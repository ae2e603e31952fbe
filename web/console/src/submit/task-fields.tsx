import { SegmentedControl } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import type { Problem } from "#schema/api.ts";
import type { ExecutorType } from "#schema/executor-type.ts";
import type { Draft } from "./draft.ts";
import { JsonEditor } from "./json-editor.tsx";
import { TaskOptions } from "./task-options.tsx";

// The forms kit is the largest part of the console; it comes when somebody wants a form.
const PayloadForm = lazy(async () => ({ default: (await import("./payload-form.tsx")).PayloadForm }));

const FORM = "payload-form";
type Mode = "form" | "json";

/** Has the browser check the payload's form, which then submits; as JSON there is nothing to check here. */
export const submitFields = (onSubmit: () => void): void => {
  const form = document.getElementById(FORM) as HTMLFormElement | null;
  if (form === null) onSubmit();
  else form.requestSubmit();
};

interface TaskFieldsProps {
  readonly type: ExecutorType;
  readonly draft: Draft;
  readonly details: Problem["details"];
  readonly onChange: (part: Partial<Draft>) => void;
  readonly onReadable: (readable: boolean) => void;
  readonly onSubmit: () => void;
}

/** Everything that is said about a task: its payload, as a form or as JSON, and its options. */
export const TaskFields = ({ type, draft, details, onChange, onReadable, onSubmit }: TaskFieldsProps) => {
  const [mode, setMode] = useState<Mode>("form");
  return (
    <>
      <div className="type-payload">
        <SegmentedControl
          size="xs"
          aria-label="How to fill in the payload"
          data={[
            { value: "form", label: "Form" },
            { value: "json", label: "JSON" },
          ]}
          value={mode}
          onChange={(next) => {
            setMode(next as Mode);
            onReadable(true);
          }}
        />
        {mode === "form" ? (
          <Suspense fallback={<div className="panel-wait">Loading the form…</div>}>
            <PayloadForm
              id={FORM}
              schema={type.payload}
              value={draft.payload}
              details={details}
              onChange={(payload) => onChange({ payload })}
              onSubmit={onSubmit}
            />
          </Suspense>
        ) : (
          <JsonEditor
            value={draft.payload}
            refused={
              details !== undefined && details.some(({ path }) => !path || path.startsWith("/payload"))
            }
            onChange={(payload, valid) => {
              onReadable(valid);
              if (valid) onChange({ payload });
            }}
          />
        )}
      </div>
      <TaskOptions type={type} draft={draft} details={details} onChange={onChange} />
    </>
  );
};
