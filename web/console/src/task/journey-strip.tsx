import { useMemo } from "react";
import type { TaskEventRow } from "#schema/api.ts";
import type { StatePath } from "#schema/task.evolve.ts";
import { taskLook } from "../show/state-look.ts";
import { GlyphMark } from "../show/state-mark.tsx";
import { useNow } from "../show/ticker.ts";
import { duration, elapsed, stateWords } from "../show/words.ts";

/** The latest stations; a long life would not fit into one line. */
const SHOWN = 7;

/** The innermost state says enough here; the tip has the whole path. */
const leafOf = (path: StatePath): string => path.split(".").at(-1) ?? path;

interface Station {
  readonly n: number;
  readonly state: StatePath;
  readonly at: number;
  readonly left: number | null;
}

const stationsOf = (events: readonly TaskEventRow[]): readonly Station[] => {
  const stations: Station[] = [];
  for (const { n, from, to, at } of events) {
    if (from === to) continue;
    const now = Date.parse(at);
    const before = stations.at(-1);
    if (before) stations[stations.length - 1] = { ...before, left: now };
    stations.push({ n, state: to, at: now, left: null });
  }
  return stations;
};

const Dwell = ({ station, settled }: { readonly station: Station; readonly settled: boolean }) => {
  const now = useNow();
  if (station.left !== null) return <small>{duration(station.left - station.at)}</small>;
  return settled ? null : <small>{elapsed(now - station.at)}</small>;
};

interface JourneyStripProps {
  readonly events: readonly TaskEventRow[];
  readonly settled: boolean;
  /** It was completed, and not everything went well. */
  readonly partial: boolean;
}

/** Where the task has been and for how long, in one line. */
export const JourneyStrip = ({ events, settled, partial }: JourneyStripProps) => {
  const stations = useMemo(() => stationsOf(events), [events]);
  if (stations.length === 0) return null;
  const hidden = stations.length - SHOWN;
  return (
    <ol className="journey" aria-label="States it went through">
      {hidden > 0 && <li className="muted">{hidden} earlier…</li>}
      {stations.slice(-SHOWN).map((station, index, all) => {
        const last = index === all.length - 1;
        const look = taskLook(station.state, last && partial ? "partial" : null);
        return (
          <li
            key={station.n}
            className="state"
            title={stateWords(station.state)}
            data-hue={look.hue}
            data-last={last || undefined}
          >
            <GlyphMark glyph={look.glyph} />
            {last && partial && "partly "}
            {stateWords(leafOf(station.state))}
            <Dwell station={station} settled={settled} />
          </li>
        );
      })}
    </ol>
  );
};
