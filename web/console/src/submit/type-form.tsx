import { Button, Code } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import type { ExecutorType } from "#schema/executor-type.ts";
import { useLive, useOffline } from "../live/live-context.tsx";
import { copyText } from "../show/copy-text.ts";
import { useNow } from "../show/ticker.ts";
import { bodyOf, curlOf, type Draft } from "./draft.ts";
import { newKey } from "./new-key.ts";
import { SaveTemplate } from "./save-template.tsx";
import { SubmitProblem, useDetails } from "./submit-problem.tsx";
import { submitFields, TaskFields } from "./task-fields.tsx";

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

interface TypeFormProps {
  readonly type: ExecutorType;
  readonly start: Draft;
}

/** Payload, options and the button for one type. */
export const TypeForm = ({ type, start }: TypeFormProps) => {
  const [draft, setDraft] = useState<Draft>(start);
  const [readable, setReadable] = useState(true);
  const offline = useOffline();
  const submit = useSubmit(type, draft);
  const change = useCallback((part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part })), []);
  const details = useDetails(submit.error);
  const { mutate } = submit;
  const send = useCallback(() => submitFields(() => mutate()), [mutate]);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && readable && !offline) send();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [send, readable, offline]);
  return (
    <div className="type-form">
      <TaskFields
        type={type}
        draft={draft}
        details={details}
        onChange={change}
        onReadable={setReadable}
        onSubmit={mutate}
      />
      <div className="type-submit">
        <SubmitProblem error={submit.error} />
        <Button
          data-testid="new-task-submit"
          loading={submit.isPending}
          disabled={offline || !readable}
          onClick={send}
        >
          {draft.carry.retryOf === undefined ? "Submit" : "Submit the repeat"}
        </Button>
        <span className="muted small">
          <kbd className="key">Ctrl</kbd> <kbd className="key">Enter</kbd>
        </span>
        <span className="spring" />
        <SaveTemplate type={type.type} draft={draft} />
        <Curl type={type} draft={draft} />
      </div>
    </div>
  );
};
