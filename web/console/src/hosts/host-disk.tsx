import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { DiskKind, DiskReport, HostInfo, HostList } from "#schema/host-api.ts";
import type { HostDisk } from "#schema/ledger-api.ts";
import { useOffline } from "../live/live-context.tsx";
import { errorWords } from "../show/error-words.ts";
import { problemWords } from "../show/problem-words.ts";
import { useNow } from "../show/ticker.ts";
import { ago, bytes, moment, number } from "../show/words.ts";
import { diskShares, diskSums } from "./disk-sums.ts";
import { TrendLine } from "./trend-line.tsx";
import { useDisk } from "./use-disk.ts";

/** Of the biggest items, so many are shown. */
const BIGGEST = 5;

const NAMES: Record<HostList, string> = {
  containers: "Containers",
  images: "Images",
  volumes: "Volumes",
  networks: "Networks",
  "build-cache": "Build cache",
};

const ONE: Record<HostList, string> = {
  containers: "container",
  images: "image",
  volumes: "volume",
  networks: "network",
  "build-cache": "build cache",
};

interface KindLineProps {
  readonly kind: DiskKind;
  readonly host: string;
  readonly fullest: number;
}

const KindLine = ({ kind, host, fullest }: KindLineProps) => {
  const { used, free } = diskShares(kind, fullest);
  return (
    <tr data-testid={`disk-${kind.kind}`}>
      <th scope="row">
        <Link to="/hosts/$host/$list" params={{ host, list: kind.kind }} search={{ sort: "-size" }}>
          {NAMES[kind.kind]}
        </Link>
      </th>
      <td className="disk-count" title={`${number(kind.inUse)} of ${number(kind.count)} are in use`}>
        {number(kind.inUse)} of {number(kind.count)} used
      </td>
      <td className="disk-bar">
        <span className="disk-track" aria-hidden="true">
          <span className="disk-used" style={{ width: `${used}%` }} />
          <span className="disk-free" style={{ width: `${free}%` }} />
        </span>
      </td>
      <td className="disk-figure">{bytes(kind.bytes)}</td>
      <td className="disk-figure">{kind.reclaimable === 0 ? "–" : bytes(kind.reclaimable)}</td>
    </tr>
  );
};

const Kinds = ({ report, host }: { readonly report: DiskReport; readonly host: string }) => {
  const kinds = report.kinds.filter(({ kind }) => kind !== "networks");
  const fullest = Math.max(0, ...kinds.map((kind) => kind.bytes));
  const sums = diskSums(kinds);
  return (
    <table className="disk-kinds">
      <thead>
        <tr>
          <th scope="col">Kind</th>
          <th scope="col" className="disk-count">
            Used
          </th>
          <td className="disk-bar" />
          <th scope="col" className="disk-figure">
            Size
          </th>
          <th scope="col" className="disk-figure">
            Could be freed
          </th>
        </tr>
      </thead>
      <tbody>
        {kinds.map((kind) => (
          <KindLine key={kind.kind} kind={kind} host={host} fullest={fullest} />
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Together</th>
          <td className="disk-count" />
          <td className="disk-bar" />
          <td className="disk-figure">{bytes(sums.bytes)}</td>
          <td className="disk-figure">{bytes(sums.reclaimable)}</td>
        </tr>
      </tfoot>
    </table>
  );
};

const Biggest = ({ report, host }: { readonly report: DiskReport; readonly host: string }) => {
  if (report.biggest.length === 0) return null;
  return (
    <details className="biggest">
      <summary>The biggest</summary>
      <ol>
        {report.biggest.slice(0, BIGGEST).map(({ kind, id, name, bytes: size, inUse }) => (
          <li key={`${kind} ${id}`}>
            <Link
              to="/hosts/$host/$list"
              params={{ host, list: kind }}
              search={{ text: name }}
              className="line-name"
              title={name}
            >
              {name}
            </Link>
            <span className="muted">
              {ONE[kind]}, {inUse ? "used" : "unused"}
            </span>
            <span className="spring" />
            <span className="disk-figure">{bytes(size)}</span>
          </li>
        ))}
      </ol>
    </details>
  );
};

const Measured = ({ disk, host }: { readonly disk: HostDisk; readonly host: string }) => {
  if (disk.latest === null) {
    return (
      <p className="muted small">
        Nothing has been measured yet. On a host with large volumes it takes minutes.
      </p>
    );
  }
  return (
    <>
      <Kinds report={disk.latest} host={host} />
      <TrendLine points={disk.trend} />
      <Biggest report={disk.latest} host={host} />
    </>
  );
};

const When = ({ disk }: { readonly disk: HostDisk | undefined }) => {
  const now = useNow();
  if (!disk?.latest) return null;
  const { at } = disk.latest;
  const words = `measured ${ago(at, now)}`;
  return (
    <span className="muted small" title={moment(at)}>
      {disk.task === null ? (
        words
      ) : (
        <Link to="/tasks/$id" params={{ id: disk.task }} className="plain-link">
          {words}
        </Link>
      )}
    </span>
  );
};

/** What takes the host's disk, what of it could be freed, and how it grew. */
export const HostDiskPanel = ({ host }: { readonly host: HostInfo }) => {
  const { disk, measure, problem, busy } = useDisk(host.name);
  const offline = useOffline();
  return (
    <section className="host-part" aria-label={`Disk use of ${host.name}`}>
      <div className="host-part-head">
        <h3>Disk use</h3>
        <When disk={disk.data} />
        <span className="spring" />
        <Button
          size="compact-xs"
          variant="default"
          loading={busy}
          disabled={offline || !host.reachable}
          data-testid="measure"
          onClick={measure}
        >
          Measure now
        </Button>
      </div>
      {problem !== null && (
        <p className="run-error" role="alert">
          {problem instanceof Error ? problemWords(problem) : errorWords(problem)}
        </p>
      )}
      {disk.isError && <p className="muted small">It could not be loaded: {problemWords(disk.error)}</p>}
      {disk.data && <Measured disk={disk.data} host={host.name} />}
    </section>
  );
};
