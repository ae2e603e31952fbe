import { Button } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import type { EngineInfo } from "#schema/api.ts";
import { useTitle } from "../live/live-context.tsx";
import { FailureNotice, Notice } from "../show/notice.tsx";
import { problemWords } from "../show/problem-words.ts";
import { number } from "../show/words.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { ContainerFilters } from "./container-filters.tsx";
import { fits } from "./container-filter.ts";
import { containerSearch } from "./container-search.ts";
import { ContainerTable } from "./container-table.tsx";
import { EngineAway, NoRunner } from "./engine-trouble.tsx";
import { RunStrip } from "./run-strip.tsx";
import { choose, chooseAll, NONE } from "../show/selection.ts";
import { useBulkRun } from "./use-bulk-run.ts";
import { useContainers, useEngines } from "./use-containers.ts";

interface EngineContainersProps {
  readonly engine: EngineInfo;
  readonly engines: readonly EngineInfo[];
}

const EngineContainers = ({ engine, engines }: EngineContainersProps) => {
  const filter = useSearch({ from: "/shell/containers" });
  const navigate = useNavigate();
  const containers = useContainers(engine.runner);
  const [selection, setSelection] = useState(NONE);
  const [run, setRun] = useState<string | null>(null);
  const bulk = useBulkRun((id) => {
    setRun(id);
    setSelection(NONE);
  });
  const rows = useMemo(
    () =>
      (containers.data?.items ?? []).toSorted((a, b) =>
        a.name.localeCompare(b.name, "en", { numeric: true }),
      ),
    [containers.data],
  );
  const shown = useMemo(() => rows.filter((row) => fits(row, filter)), [rows, filter]);
  const order = useMemo(() => shown.map(({ id }) => id), [shown]);
  const chosen = useMemo(() => rows.filter(({ id }) => selection.ids.has(id)), [rows, selection]);
  const pick = useCallback(
    (id: string, range: boolean) => setSelection((before) => choose(before, id, order, range)),
    [order],
  );
  const change = (part: Record<string, string | undefined>, typing = false): void =>
    void navigate({ to: "/containers", search: containerSearch({ ...filter, ...part }), replace: typing });

  if (containers.isError) {
    return <EngineAway message={problemWords(containers.error)} onRetry={() => void containers.refetch()} />;
  }
  if (containers.isPending) return <div className="panel-wait">Asking the engine…</div>;
  const hidden = chosen.length - shown.filter(({ id }) => selection.ids.has(id)).length;
  return (
    <>
      <ContainerFilters
        filter={filter}
        engines={engines}
        runner={engine.runner}
        rows={rows}
        onChange={change}
      />
      {run !== null && <RunStrip id={run} onClose={() => setRun(null)} />}
      {chosen.length > 0 && (
        <BulkBar
          chosen={chosen}
          hidden={hidden}
          onAction={(action) => bulk.ask(action, chosen)}
          onClear={() => setSelection(NONE)}
        />
      )}
      {rows.length === 0 && (
        <Notice title="This engine has no containers">
          <p>Containers that are created will show up here by themselves.</p>
        </Notice>
      )}
      {rows.length > 0 && shown.length === 0 && (
        <Notice title="No container fits these filters">
          <Button
            size="xs"
            variant="default"
            onClick={() => change({ text: undefined, state: undefined, label: undefined })}
          >
            Clear filters
          </Button>
        </Notice>
      )}
      {shown.length > 0 && (
        <ContainerTable
          rows={shown}
          selection={selection}
          onChoose={pick}
          onChooseAll={() => setSelection((before) => chooseAll(before, order))}
        />
      )}
      {bulk.wish && (
        <ConfirmDialog
          action={bulk.wish.action}
          rows={bulk.wish.rows}
          busy={bulk.busy}
          problem={bulk.problem === null ? null : problemWords(bulk.problem)}
          onConfirm={bulk.confirm}
          onClose={bulk.close}
        />
      )}
    </>
  );
};

const engineWords = ({ name, version, containers }: EngineInfo): string =>
  [
    name,
    version === null ? "" : `Docker ${version}`,
    containers === null ? "" : `${number(containers)} containers`,
  ]
    .filter((word) => word !== null && word !== "")
    .join(" · ");

/** The containers of a runner's engine: look, choose, act on many. */
export const ContainersPage = () => {
  useTitle("Containers");
  const { runner } = useSearch({ from: "/shell/containers" });
  const engines = useEngines();
  const again = (): void => void engines.refetch();
  const all = engines.data?.items ?? [];
  const engine = all.find((each) => each.runner === runner) ?? all[0];
  return (
    <section className="list-page">
      <div className="page-head">
        <h1>Containers</h1>
        {engine && <span className="muted">{engineWords(engine)}</span>}
      </div>
      {engines.isPending && <div className="panel-wait">Looking for engines…</div>}
      {engines.isError && (
        <FailureNotice title="The engines could not be listed" error={engines.error} onRetry={again} />
      )}
      {engines.isSuccess && !engine && <NoRunner onRetry={again} />}
      {engine && !engine.reachable && (
        <EngineAway message={engine.message ?? "It does not answer."} onRetry={again} />
      )}
      {engine?.reachable && <EngineContainers key={engine.runner} engine={engine} engines={all} />}
    </section>
  );
};
