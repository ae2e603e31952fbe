import { Link } from "@tanstack/react-router";
import { Boxes, Cable, Database, Hammer, type LucideIcon, SquareStack } from "lucide-react";
import type { HostInfo, HostList } from "#schema/host-api.ts";
import { useLive, useValue } from "../live/live-context.tsx";
import { HostMeters } from "../runners/host-meters.tsx";
import { GlyphMark } from "../show/state-mark.tsx";
import { useNow } from "../show/ticker.ts";
import { bytes, elapsed, moment, number, plural } from "../show/words.ts";
import { engineWords } from "./engine-words.ts";
import { HostDiskPanel } from "./host-disk.tsx";
import { HostRuns } from "./host-runs.tsx";

const LISTS: readonly (readonly [HostList, string, LucideIcon])[] = [
  ["containers", "Containers", Boxes],
  ["images", "Images", SquareStack],
  ["volumes", "Volumes", Database],
  ["networks", "Networks", Cable],
  ["build-cache", "Build cache", Hammer],
];

const machineWords = ({ engine }: HostInfo): string =>
  engine === null
    ? ""
    : `${engine.os}, ${plural(engine.processors, "processor")}, ${bytes(engine.memoryBytes)} of memory`;

const Figures = ({ host: { name, containers, images } }: { readonly host: HostInfo }) => {
  const states =
    containers === null
      ? []
      : ([
          ["running", containers.running, "running"],
          ["paused", containers.paused, "paused"],
          ["exited", containers.stopped, "stopped"],
        ] as const);
  return (
    <div className="figures">
      {states.map(([state, count, word]) => (
        <Link
          key={state}
          to="/hosts/$host/$list"
          params={{ host: name, list: "containers" }}
          // Stopped ones were only created or have ended: two states, so all are shown, ordered by it.
          search={state === "exited" ? { sort: "state" } : { state }}
        >
          <b>{number(count)}</b> {word}
        </Link>
      ))}
      {images !== null && (
        <Link to="/hosts/$host/$list" params={{ host: name, list: "images" }} search={{}}>
          <b>{number(images)}</b> images
        </Link>
      )}
    </div>
  );
};

/** How busy the machine is: known where a runner sits beside the engine, not of one reached over the network. */
const Load = ({ host: { name, runner, engine } }: { readonly host: HostInfo }) => {
  const samples = useValue(useLive().samples);
  const sample = name === runner ? (samples.get(engine?.name ?? runner) ?? samples.get(runner)) : undefined;
  return sample && <HostMeters sample={sample} />;
};

/** One host: is its engine there, what runs on it, what takes its disk, what was done to it. */
export const HostCard = ({ host }: { readonly host: HostInfo }) => {
  const now = useNow();
  const { name, reachable, message, address, observedSince } = host;
  return (
    <article className="host-card" data-testid={`host-${name}`}>
      <div className="host-head">
        <h2>
          <Link to="/hosts/$host" params={{ host: name }} className="plain-link">
            {name}
          </Link>
        </h2>
        <span className="state" data-hue={reachable ? "green" : "red"}>
          <GlyphMark glyph={reachable ? "check" : "cross"} /> {reachable ? "Reachable" : "Away"}
        </span>
      </div>
      {(!reachable || message !== null) && (
        <p className="host-away" role="alert">
          {message ?? "It does not answer."}
        </p>
      )}
      <ul className="host-facts">
        {host.engine !== null && <li>{engineWords(host)}</li>}
        {host.engine !== null && <li>{machineWords(host)}</li>}
        <li>
          <code>{address}</code>
        </li>
      </ul>
      {reachable && <Figures host={host} />}
      {reachable && (
        <nav className="host-lists" aria-label={`What is on ${name}`}>
          {LISTS.map(([list, words, Icon]) => (
            <Link
              key={list}
              to="/hosts/$host/$list"
              params={{ host: name, list }}
              search={{}}
              className="host-list"
              data-testid={`host-${name}-${list}`}
            >
              <Icon size={15} aria-hidden="true" /> {words}
            </Link>
          ))}
        </nav>
      )}
      <Load host={host} />
      <HostDiskPanel host={host} />
      <HostRuns host={name} />
      <p className="muted small">
        {observedSince === null ? (
          "Which images and volumes are used is not watched."
        ) : (
          <span title={`Since ${moment(observedSince)}`}>
            The use of its images and volumes has been watched for {elapsed(now - Date.parse(observedSince))}.
          </span>
        )}
      </p>
    </article>
  );
};
