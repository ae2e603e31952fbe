import { Link } from "@tanstack/react-router";
import {
  Boxes,
  CalendarClock,
  CircleX,
  Layers,
  ListChecks,
  type LucideIcon,
  Plus,
  Server,
} from "lucide-react";
import { useCounts, useLive, useValue } from "../live/live-context.tsx";
import { number } from "../show/words.ts";

interface Place {
  readonly to: "/tasks" | "/queues" | "/schedules" | "/failed" | "/containers" | "/new" | "/runners";
  readonly name: string;
  readonly icon: LucideIcon;
}

export const PLACES: readonly Place[] = [
  { to: "/tasks", name: "Tasks", icon: ListChecks },
  { to: "/queues", name: "Queues", icon: Layers },
  { to: "/schedules", name: "Schedules", icon: CalendarClock },
  { to: "/failed", name: "Failed", icon: CircleX },
  { to: "/containers", name: "Containers", icon: Boxes },
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

export const Rail = () => (
  <nav className="rail" aria-label="Main">
    <Link to="/tasks" className="brand" aria-label="Longshore, to the tasks">
      <img src="/longshore.svg" alt="" width="26" height="26" />
      <span>Longshore</span>
    </Link>
    <ul>
      {PLACES.map(({ to, name, icon: Icon }) => (
        <li key={to}>
          <Link to={to} className="rail-link" activeProps={{ className: "rail-link active" }} search={{}}>
            <Icon size={18} aria-hidden="true" />
            <span>{name}</span>
            {to === "/failed" && <FailedCount />}
          </Link>
        </li>
      ))}
    </ul>
  </nav>
);
