import type { ReactNode } from "react";
import type { PlanHead } from "#schema/items.ts";
import { useNow } from "../show/ticker.ts";
import { bytes, elapsed, moment, number } from "../show/words.ts";
import type { Tally } from "./plan-groups.ts";
import { shortHash } from "./plan-words.ts";

const Expiry = ({ at, waits }: { readonly at: string; readonly waits: boolean }) => {
  const left = Date.parse(at) - useNow();
  const words = !waits ? moment(at) : left > 0 ? `in ${elapsed(left)}` : "it has";
  return (
    <span title={moment(at)} data-late={(waits && left <= 0) || undefined}>
      {words}
    </span>
  );
};

interface PlanFactsProps {
  readonly head: PlanHead;
  readonly sums: Tally;
  readonly waits: boolean;
  /** Does acting on an item give its bytes back? */
  readonly frees: boolean;
}

/** The plan in one line: where, how many, how much, which. */
export const PlanFacts = ({ head, sums, waits, frees }: PlanFactsProps) => {
  const { engine, hash, expiresAt } = head;
  const { counts } = sums;
  const facts: (readonly [string, ReactNode, string?])[] = [
    ...(engine === undefined
      ? []
      : ([
          ["Host", engine.host],
          ["Engine", `${engine.name} · ${engine.version}`, engine.id],
        ] as const)),
    ["Acts on", <b key="acts">{number(sums.acts)}</b>],
    ["Left alone", number(counts.skip + counts.act + counts.ask - sums.acts)],
    ["Protected", number(counts.protected)],
    ...(frees ? [["Frees at least", <b key="bytes">{bytes(sums.bytes)}</b>] as const] : []),
    ["Plan", hash === undefined ? `#${head.number}` : <code key="hash">{shortHash(hash)}</code>, hash ?? ""],
    ...(expiresAt === undefined
      ? []
      : ([["Expires", <Expiry key="expiry" at={expiresAt} waits={waits} />]] as const)),
  ];
  return (
    <dl className="task-facts plan-facts" data-testid="plan-facts">
      {facts.map(([name, value, tip]) => (
        <div key={name} title={tip}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
};
