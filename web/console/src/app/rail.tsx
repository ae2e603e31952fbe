import { Link, useLocation } from "@tanstack/react-router";
import {
  BookOpenCheck,
  Boxes,
  BrushCleaning,
  CalendarClock,
  CircleX,
  HardDrive,
  Layers,
  ListChecks,
  type LucideIcon,
  Plus,
  Server,
} from "lucide-react";
import { useCounts, useLive, useValue } from "../live/live-context.tsx";
import { useCurrentInSight } from "../show/use-current-in-sight.ts";
import { number } from "../show/words.ts";

interface Place {
  readonly to:
    | "/tasks"
    | "/queues"
    | "/schedules"
    | "/failed"
    | "/hosts"
    | "/containers"
    | "/maintenance"
    | "/ledger"
    | "/new"
    | "/runners";
  readonly name: string;
  readonly icon: LucideIcon;
  /** The paths that belong to it, where they are not those that begin with `to`. */
  readonly paths?: RegExp;
}

export const PLACES: readonly Place[] = [
  { to: "/tasks", name: "Tasks", icon: ListChecks },
  { to: "/queues", name: "Queues", icon: Layers },
  { to: "/schedules", name: "Schedules", icon: CalendarClock },
  { to: "/failed", name: "Failed", icon: CircleX },
  { to: "/hosts", name: "Hosts", icon: HardDrive, paths: /^\/hosts(?!\/[^/]+\/containers)/ },
  { to: "/containers", name: "Containers", icon: Boxes, paths: /^\/(hosts\/[^/]+\/)?containers/ },
  { to: "/maintenance", name: "Maintenance", icon: BrushCleaning },
  { to: "/ledger", name: "Ledger", icon: BookOpenCheck },
  { to: "/new", name: "New task", icon: Plus },
  { to: "/runners", name: "Runners", icon: Server },
];

/** Failures of the last day that nobody has taken up yet. */
const FailedCount = () => {
  const { failed } = useCounts();
  const { failed: more } = useValue(useLive().floors);
  if (failed === 0) return null;
  return (
    <span className="rail-count">
      {failed > 999 ? "999" : number(failed)}
      {(more || failed > 999) && "+"}
    </span>
  );
};

/** The router's own idea of what is active knows one path per link. */
const isActive = ({ to, paths }: Place, path: string): boolean =>
  paths === undefined ? path === to || path.startsWith(`${to}/`) : paths.test(path);

const RailLinks = () => {
  const path = useLocation({ select: ({ pathname }) => pathname });
  const row = useCurrentInSight<HTMLUListElement>(path);
  return (
    <ul ref={row}>
      {PLACES.map((place) => {
        const { to, name, icon: Icon } = place;
        const active = isActive(place, path);
        return (
          <li key={to}>
            <Link
              to={to}
              className={active ? "rail-link active" : "rail-link"}
              // The router would mark by the path alone.
              activeProps={{}}
              aria-current={active ? "page" : undefined}
              search={{}}
            >
              <Icon size={18} aria-hidden="true" />
              <span>{name}</span>
              {to === "/failed" && <FailedCount />}
            </Link>
          </li>
        );
      })}
    </ul>
  );
};

export const Rail = () => (
  <nav className="rail" aria-label="Main">
    <Link to="/tasks" className="brand" aria-label="Longshore, to the tasks">
      <img src="/longshore.svg" alt="" width="26" height="26" />
      <span>Longshore</span>
    </Link>
    <RailLinks />
  </nav>
);
