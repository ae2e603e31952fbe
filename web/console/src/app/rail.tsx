import { Link } from "@tanstack/react-router";
import { Boxes, ListChecks, type LucideIcon, Plus, Server } from "lucide-react";

interface Place {
  readonly to: "/tasks" | "/containers" | "/new" | "/runners";
  readonly name: string;
  readonly icon: LucideIcon;
}

export const PLACES: readonly Place[] = [
  { to: "/tasks", name: "Tasks", icon: ListChecks },
  { to: "/containers", name: "Containers", icon: Boxes },
  { to: "/new", name: "New task", icon: Plus },
  { to: "/runners", name: "Runners", icon: Server },
];

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
          </Link>
        </li>
      ))}
    </ul>
  </nav>
);
