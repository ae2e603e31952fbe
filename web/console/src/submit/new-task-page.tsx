import { Button, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { ExecutorType } from "#schema/executor-type.ts";
import type { TemplateRow } from "#schema/record-api.ts";
import { useLive, useTitle } from "../live/live-context.tsx";
import { useFresh } from "../live/use-fresh.ts";
import { FailureNotice, Notice } from "../show/notice.tsx";
import { draftFor, draftForHost, draftFromTask } from "./draft.ts";
import { TemplateForm } from "./template-form.tsx";
import { TypeForm } from "./type-form.tsx";
import { TypePicker } from "./type-picker.tsx";
import { useTypes } from "./use-types.ts";

/** The form filled in with what another task was asked with. */
const RepeatForm = ({ type, of }: { readonly type: ExecutorType; readonly of: string }) => {
  const { client } = useLive();
  const task = useQuery({ queryKey: ["repeat", of], queryFn: () => client.task(of) });
  if (task.isPending) return <div className="panel-wait">Looking up the task…</div>;
  if (task.isError)
    return (
      <FailureNotice
        title="The task could not be loaded"
        error={task.error}
        onRetry={() => void task.refetch()}
      />
    );
  return (
    <>
      <p className="muted" data-testid="repeats">
        Repeats{" "}
        <Link to="/tasks/$id" params={{ id: of }}>
          {task.data.name}
        </Link>
        . That task stays as it is; this is a new one beside it.
      </p>
      <TypeForm key={of} type={type} start={draftFromTask(task.data)} />
    </>
  );
};

interface TemplatePickerProps {
  readonly templates: readonly TemplateRow[];
  readonly chosen: string | undefined;
}

const TemplatePicker = ({ templates, chosen }: TemplatePickerProps) => {
  const navigate = useNavigate();
  if (templates.length === 0) return null;
  return (
    <Select
      size="xs"
      w={220}
      aria-label="Start from a template"
      placeholder="Start from a template"
      data={templates.map(({ name }) => name)}
      value={chosen ?? null}
      onChange={(template) =>
        void navigate({ to: "/new", search: template === null ? {} : { template }, replace: true })
      }
      clearable
      searchable
    />
  );
};

const NoTypes = ({ onRetry }: { readonly onRetry: () => void }) => (
  <Notice title="No runner offers anything yet">
    <p>Once a runner is connected, the kinds of work it can do show up here by themselves.</p>
    <Button size="xs" variant="default" onClick={onRetry}>
      Look again
    </Button>
  </Notice>
);

interface ByTypeProps {
  readonly types: readonly ExecutorType[];
  readonly wished: string | undefined;
  readonly retryOf: string | undefined;
  readonly host: string | undefined;
}

const ByType = ({ types, wished, retryOf, host }: ByTypeProps) => {
  const navigate = useNavigate();
  const type = types.find((each) => each.type === wished) ?? types[0];
  if (type === undefined) return null;
  const missing = wished !== undefined && type.type !== wished;
  return (
    <>
      {missing && (
        <p className="login-problem" role="alert">
          No runner offers the type “{wished}”.
        </p>
      )}
      {retryOf === undefined || missing ? (
        <>
          <TypePicker
            types={types}
            chosen={type.type}
            onChoose={(next) => void navigate({ to: "/new", search: { type: next }, replace: true })}
          />
          <p className="muted">{type.description}</p>
          <TypeForm
            key={`${type.type} ${host}`}
            type={type}
            start={host === undefined || missing ? draftFor(type) : draftForHost(type, host)}
          />
        </>
      ) : (
        <RepeatForm type={type} of={retryOf} />
      )}
    </>
  );
};

const Types = ({ wished, retryOf, host }: Omit<ByTypeProps, "types">) => {
  const types = useTypes();
  const again = (): void => void types.refetch();
  if (types.isPending) return <div className="panel-wait">Asking the runners what they can do…</div>;
  if (types.isError)
    return <FailureNotice title="The types could not be listed" error={types.error} onRetry={again} />;
  if (types.data.items.length === 0) return <NoTypes onRetry={again} />;
  return <ByType types={types.data.items} wished={wished} retryOf={retryOf} host={host} />;
};

/** A task of any type the runners offer, from a template, or after another task. */
export const NewTaskPage = () => {
  const { client } = useLive();
  const { type, retryOf, template: name, host } = useSearch({ from: "/shell/new" });
  const title = retryOf === undefined ? "New task" : "Edit and repeat";
  useTitle(title);
  const templates = useQuery({
    queryKey: ["templates"],
    queryFn: () => client.templates.list(),
    staleTime: 0,
  });
  useFresh(templates.refetch, { records: ["template"] });
  const known = templates.data?.items ?? [];
  const template = known.find((each) => each.name === name);
  return (
    <section className="new-page">
      <div className="page-head">
        <h1>{title}</h1>
        <span className="spring" />
        {retryOf === undefined && <TemplatePicker templates={known} chosen={name} />}
      </div>
      {name !== undefined && template === undefined && templates.isSuccess && (
        <p className="login-problem" role="alert">
          There is no template “{name}”.
        </p>
      )}
      {template === undefined ? (
        <Types wished={type} retryOf={retryOf} host={host} />
      ) : (
        <>
          {template.description !== "" && <p className="muted">{template.description}</p>}
          <TemplateForm key={template.id} template={template} />
        </>
      )}
    </section>
  );
};
