import { memo } from "react";
import type { PlanItem } from "#schema/items.ts";
import { ago, bytes, moment } from "../show/words.ts";
import { canBeTicked, groupOf } from "./plan-groups.ts";
import { kindWords, reasonOf } from "./plan-words.ts";

const When = ({ at, now }: { readonly at: string | undefined; readonly now: number }) =>
  at === undefined ? (
    <>–</>
  ) : (
    <time dateTime={at} title={moment(at)}>
      {ago(at, now)}
    </time>
  );

interface PlanLineProps {
  readonly item: PlanItem;
  /** Its place in the plan. */
  readonly index: number;
  /** Its place in the list as shown, for screen readers. */
  readonly at: number;
  readonly top: number;
  readonly ticked: boolean;
  readonly current: boolean;
  readonly now: number;
  /** Null when the yes was given or is not needed. */
  readonly onTick: ((index: number, ticked: boolean) => void) | null;
}

/** One thing of a plan: what becomes of it, and why. */
export const PlanLine = memo(({ item, index, at, top, ticked, current, now, onTick }: PlanLineProps) => {
  const group = groupOf(item);
  const reason = reasonOf(item);
  const usedBy = item.usedBy?.join(", ") ?? "";
  return (
    <div
      role="row"
      aria-rowindex={at + 2}
      className="row plan-row"
      data-testid={`plan-item-${index}`}
      data-group={group}
      data-off={(canBeTicked(group) && !ticked) || undefined}
      data-current={current || undefined}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="cell" className="cell-check">
        {canBeTicked(group) && (
          <input
            type="checkbox"
            checked={ticked}
            disabled={onTick === null}
            aria-label={item.name}
            onChange={(event) => onTick?.(index, event.currentTarget.checked)}
          />
        )}
      </span>
      <span role="cell" className="plan-what">
        <span className="plan-name" title={item.id}>
          {item.name} {item.kind !== undefined && <small className="muted">{kindWords(item.kind)}</small>}
        </span>
        <span className="plan-why" title={[reason, item.note].filter(Boolean).join(" ")}>
          {reason} {item.note !== undefined && <span className="plan-note">{item.note}</span>}
        </span>
      </span>
      <span role="cell" className="plan-users" title={usedBy}>
        {usedBy === "" ? "–" : usedBy}
      </span>
      <span role="cell" className="plan-size">
        {item.bytes === undefined ? "–" : bytes(item.bytes)}
      </span>
      <span role="cell" className="plan-when">
        <When at={item.createdAt} now={now} />
      </span>
      <span role="cell" className="plan-when">
        <When at={item.lastUsedAt} now={now} />
      </span>
    </div>
  );
});
