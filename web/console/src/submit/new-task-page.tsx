import { Button, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTitle, useLive } from "../live/live-context.tsx";
import { FailureNotice, Notice } from "../show/notice.tsx";
import { TypeForm } from "./type-form.tsx";
import { useEffect } from "react";
import type { ExecutorType } from "#schema/executor-type.ts";

interface TypePickerProps {
  readonly types: readonly ExecutorType[];
  readonly chosen: string;
  readonly onChoose: (type: string) => void;
}

const TypePicker = ({ types, chosen, onChoose }: TypePickerProps) => (
  <div className="type-picker">
    <SegmentedControl
      aria-label="Type"
      data={types.map(({ type, title }) => ({ value: type, label: title }))}
      value={chosen}
      onChange={onChoose}
    />
  </div>
);

/** A task of any type the runners offer. */
export const NewTaskPage = () => {
  useTitle("New task");
  const { client, onRunner } = useLive();
  const navigate = useNavigate();
  const { type: wished } = useSearch({ from: "/shell/new" });
  const types = useQuery({ queryKey: ["types"], queryFn: () => client.types() });
  const { refetch } = types;
  useEffect(() => onRunner.listen(() => void refetch()), [onRunner, refetch]);
  const all = types.data?.items ?? [];
  const type = all.find((each) => each.type === wished) ?? all[0];
  return (
    <section className="new-page">
      <div className="page-head">
        <h1>New task</h1>
      </div>
      {types.isPending && <div className="panel-wait">Asking the runners what they can do…</div>}
      {types.isError && (
        <FailureNotice
          title="The types could not be listed"
          error={types.error}
          onRetry={() => void refetch()}
        />
      )}
      {types.isSuccess && !type && (
        <Notice title="No runner offers anything yet">
          <p>Once a runner is connected, the kinds of work it can do show up here by themselves.</p>
          <Button size="xs" variant="default" onClick={() => void refetch()}>
            Look again
          </Button>
        </Notice>
      )}
      {wished !== undefined && types.isSuccess && type && type.type !== wished && (
        <p className="login-problem" role="alert">
          No runner offers the type “{wished}”.
        </p>
      )}
      {type && (
        <>
          <TypePicker
            types={all}
            chosen={type.type}
            onChoose={(next) => void navigate({ to: "/new", search: { type: next }, replace: true })}
          />
          <p className="muted">{type.description}</p>
          <TypeForm key={type.type} type={type} />
        </>
      )}
    </section>
  );
};
