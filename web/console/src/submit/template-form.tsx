import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useRef, useState } from "react";
import type { TemplateRow } from "#schema/record-api.ts";
import { useLive, useOffline } from "../live/live-context.tsx";
import { JsonTree } from "../show/json-tree.tsx";
import { newKey } from "./new-key.ts";
import { SubmitProblem, useDetails } from "./submit-problem.tsx";
import { submitFields } from "./task-fields.tsx";

const PayloadForm = lazy(async () => ({ default: (await import("./payload-form.tsx")).PayloadForm }));

/** A template's parameters, and the button that makes a task of them. */
export const TemplateForm = ({ template }: { readonly template: TemplateRow }) => {
  const { client } = useLive();
  const navigate = useNavigate();
  const offline = useOffline();
  const [parameters, setParameters] = useState<unknown>({});
  const wish = useRef({ key: newKey(), text: "" });
  const submit = useMutation({
    mutationFn: () => {
      const text = JSON.stringify(parameters);
      if (wish.current.text !== text) wish.current = { key: newKey(), text };
      return client.templates.submit(template.name, {
        version: template.version,
        parameters: parameters as Record<string, unknown>,
        idempotencyKey: wish.current.key,
      });
    },
    onSuccess: ({ id }) => navigate({ to: "/tasks/$id", params: { id } }),
  });
  const asks = Object.keys((template.parameters["properties"] as object | undefined) ?? {}).length > 0;
  const details = useDetails(submit.error)?.map(({ path, message }) => ({
    path: path.replace(/^\/parameters/, ""),
    message,
  }));
  const mutate = (): void => submit.mutate();
  return (
    <div className="type-form">
      <div className="type-payload">
        {asks ? (
          <Suspense fallback={<div className="panel-wait">Loading the form…</div>}>
            <PayloadForm
              id="payload-form"
              schema={template.parameters}
              value={parameters}
              details={details}
              onChange={setParameters}
              onSubmit={mutate}
            />
          </Suspense>
        ) : (
          <p className="muted">This template asks for nothing.</p>
        )}
      </div>
      <div className="task-options">
        <strong>
          {template.name} <span className="muted">version {template.version}</span>
        </strong>
        <JsonTree value={template.task} label="What will be submitted" />
      </div>
      <div className="type-submit">
        <SubmitProblem error={submit.error} />
        <Button
          data-testid="template-submit"
          loading={submit.isPending}
          disabled={offline}
          onClick={() => submitFields(mutate)}
        >
          Submit
        </Button>
      </div>
    </div>
  );
};
