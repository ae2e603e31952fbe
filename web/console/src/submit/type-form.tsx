import { Alert, Button, Code, SegmentedControl } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { ApiProblem } from "#client/api-problem.ts";
import type { Problem } from "#schema/api.ts";
import type { ExecutorType } from "#schema/executor-type.ts";
import { useLive, useOffline } from "../live/live-context.tsx";
import { copyText } from "../show/copy-text.ts";
import { problemWords } from "../show/problem-words.ts";
import { useNow } from "../show/ticker.ts";
import { bodyOf, curlOf, type Draft, draftFor } from "./draft.ts";
import { JsonEditor } from "./json-editor.tsx";
import { newKey } from "./new-key.ts";
import { tellingDetails } from "./telling-details.ts";
import { TaskOptions } from "./task-options.tsx";

// The forms kit is the largest part of the console; it comes when somebody wants a form.
const PayloadForm = lazy(async () => ({ default: (await import("./payload-form.tsx")).PayloadForm }));

const FORM = "payload-form";
type Mode = "form" | "json";

const detailsOf = (error: unknown): Problem["details"] =>
  error instanceof ApiProblem ? tellingDetails(error.problem.details) : undefined;

const useSubmit = (type: ExecutorType, draft: Draft) => {
  const { client } = useLive();
  const navigate = useNavigate();
  // One key as long as the wish is the same: a second press after a lost answer is no second task.
  const wish = useRef({ key: newKey(), text: "" });
  return useMutation({
    mutationFn: () => {
      const text = JSON.stringify(draft);
      if (wish.current.text !== text) wish.current = { key: newKey(), text };
      return client.submit(bodyOf(type.type, draft, Date.now()), { idempotencyKey: wish.current.key });
    },
    onSuccess: ({ id }) => navigate({ to: "/tasks/$id", params: { id } }),
  });
};

const Curl = ({ type, draft }: { readonly type: ExecutorType; readonly draft: Draft }) => {
  const now = useNow();
  const text = curlOf(window.location.origin, bodyOf(type.type, draft, now));
  return (
    <details className="curl">
      <summary>The same from a terminal</summary>
      <Code block>{text}</Code>
      <Button size="compact-xs" variant="default" onClick={() => void copyText(text)}>
        Copy
      </Button>
    </details>
  );
};

/** The page may be longer than the window: a refusal must be seen. */
const intoView = (node: HTMLDivElement | null): void => node?.scrollIntoView({ block: "nearest" });

/** Payload, options and the button for one type. */
export const TypeForm = ({ type }: { readonly type: ExecutorType }) => {
  const [mode, setMode] = useState<Mode>("form");
  const [draft, setDraft] = useState<Draft>(() => draftFor(type));
  const [readable, setReadable] = useState(true);
  const offline = useOffline();
  const submit = useSubmit(type, draft);
  const change = useCallback((part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part })), []);
  const details = detailsOf(submit.error);
  const send = useCallback((): void => {
    if (mode === "json") submit.mutate();
    else (document.getElementById(FORM) as HTMLFormElement | null)?.requestSubmit();
  }, [mode, submit]);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && readable && !offline) send();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [send, readable, offline]);
  return (
    <div className="type-form">
      <div className="type-payload">
        <SegmentedControl
          size="xs"
          aria-label="How to fill in the payload"
          data={[
            { value: "form", label: "Form" },
            { value: "json", label: "JSON" },
          ]}
          value={mode}
          onChange={(next) => setMode(next as Mode)}
        />
        {mode === "form" ? (
          <Suspense fallback={<div className="panel-wait">Loading the form…</div>}>
            <PayloadForm
              id={FORM}
              schema={type.payload}
              value={draft.payload}
              details={details}
              onChange={(payload) => change({ payload })}
              onSubmit={() => submit.mutate()}
            />
          </Suspense>
        ) : (
          <JsonEditor
            value={draft.payload}
            refused={
              details !== undefined && details.some(({ path }) => !path || path.startsWith("/payload"))
            }
            onChange={(payload, valid) => {
              setReadable(valid);
              if (valid) change({ payload });
            }}
          />
        )}
      </div>
      <TaskOptions type={type} draft={draft} details={details} onChange={change} />
      <div className="type-submit">
        {submit.isError && (
          <Alert color="red" role="alert" title="Not accepted" data-testid="submit-problem" ref={intoView}>
            {problemWords(submit.error)}
            {details && details.length > 0 && (
              <ul>
                {details.map(({ path, message }) => (
                  <li key={path + message}>
                    <code>{path || "payload"}</code> {message}
                  </li>
                ))}
              </ul>
            )}
          </Alert>
        )}
        <Button
          data-testid="new-task-submit"
          loading={submit.isPending}
          disabled={offline || (mode === "json" && !readable)}
          onClick={send}
        >
          Submit
        </Button>
        <span className="muted small">
          <kbd className="key">Ctrl</kbd> <kbd className="key">Enter</kbd>
        </span>
        <Curl type={type} draft={draft} />
      </div>
    </div>
  );
};
