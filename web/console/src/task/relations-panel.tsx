import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { TaskDetail, TaskLink } from "#schema/api.ts";
import { useTask } from "../live/live-context.tsx";
import { StateMark } from "../show/state-mark.tsx";
import { number } from "../show/words.ts";
import { hasRelations, requirementWords } from "./relation-words.ts";

/** Shown before the rest is only counted. */
const SHOWN = 8;

/** Another task, as live as this console knows it. */
const Other = ({ link }: { readonly link: TaskLink }) => {
  const summary = useTask(link.id)?.summary;
  const state = summary?.state ?? link.state;
  return (
    <span className="relation">
      {state !== null && <StateMark task={{ state, outcome: summary?.outcome ?? null }} />}
      <Link to="/tasks/$id" params={{ id: link.id }}>
        {summary?.name ?? link.name ?? <code>{link.id}</code>}
      </Link>
    </span>
  );
};

const Others = ({ links, total }: { readonly links: readonly TaskLink[]; readonly total: number }) => (
  <>
    {links.slice(0, SHOWN).map((link) => (
      <Other key={link.id} link={link} />
    ))}
    {total > SHOWN && <span className="muted">and {number(total - Math.min(SHOWN, links.length))} more</span>}
  </>
);

const rowsOf = (detail: TaskDetail): readonly (readonly [string, ReactNode])[] => {
  const many = (name: string, { items, total }: TaskDetail["children"]) =>
    items.length === 0
      ? []
      : [[name, <Others key={name} links={items} total={total ?? items.length} />] as const];
  const one = (name: string, link: TaskLink | null) =>
    link === null ? [] : [[name, <Other key={name} link={link} />] as const];
  const { after, schedule, concurrency, locks, requires } = detail;
  return [
    ...many("Comes after", { items: after, total: after.length }),
    ...many("Comes before", detail.followers),
    ...one("Submitted by", detail.parent),
    ...many("Has submitted", detail.children),
    ...one("Repeats", detail.retryOf),
    ...many("Repeated by", detail.retries),
    ...(schedule === null
      ? []
      : [
          [
            "Schedule",
            <Link key="schedule" to="/schedules" search={{ open: schedule }}>
              The schedule it came from
            </Link>,
          ] as const,
        ]),
    ...(concurrency === null
      ? []
      : [
          [
            "Key",
            <span key="key">
              <code>{concurrency.key}</code>, {number(concurrency.limit)} at a time
            </span>,
          ] as const,
        ]),
    ...(locks.length === 0
      ? []
      : [
          [
            "Locks",
            <span key="locks">
              {locks.map((lock) => (
                <code key={lock}>{lock} </code>
              ))}
            </span>,
          ] as const,
        ]),
    ...(requires === null ? [] : [["Needs", requirementWords(requires)] as const]),
  ];
};

/** What a task has to do with others, and what it wants of its runner. */
export const RelationsPanel = ({ detail }: { readonly detail: TaskDetail | undefined }) => {
  if (detail === undefined || !hasRelations(detail)) return null;
  return (
    <dl className="relations" data-testid="relations">
      {rowsOf(detail).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
};
