import { Link } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { useNow } from "../show/ticker.ts";
import { ago, bytes, moment } from "../show/words.ts";
import { lastUseWords } from "./last-use-words.ts";
import type { Around } from "./resource.ts";

/** How long ago; the moment is in the tip. */
export const Age = ({ at }: { readonly at: string | null }) => {
  const now = useNow();
  if (at === null) return <span>unknown</span>;
  return (
    <time dateTime={at} title={moment(at)}>
      {ago(at, now)}
    </time>
  );
};

/** `reason` says why it is not known. */
export const Size = ({ value, reason }: { readonly value: number | null; readonly reason?: string }) =>
  value === null ? (
    <span className="unknown" title={reason}>
      unknown
    </span>
  ) : (
    <span title={`${value.toLocaleString("en-GB")} bytes`}>{bytes(value)}</span>
  );

interface LastUseProps {
  readonly row: { readonly usedBy: readonly string[]; readonly lastUsedAt: string | null };
  readonly around: Around;
}

export const LastUse = ({ row, around }: LastUseProps) => {
  const { short, long } = lastUseWords(row, around.observedSince, useNow());
  return <span title={long}>{short}</span>;
};

interface UsedByProps {
  readonly names: readonly string[];
  readonly host: string;
}

/** The containers that use it; a single one leads to it. */
export const UsedBy = ({ names, host }: UsedByProps) => {
  const [first] = names;
  if (first === undefined) return <span className="unused">unused</span>;
  if (names.length > 1)
    return <span title={names.join(", ")}>{`${first} and ${names.length - 1} more`}</span>;
  return (
    <Link
      to="/hosts/$host/$list"
      params={{ host, list: "containers" }}
      search={{ text: first }}
      className="plain-link"
      title={first}
      // The row itself selects.
      onClick={(event) => event.stopPropagation()}
    >
      {first}
    </Link>
  );
};

interface NameProps {
  readonly name: string;
  readonly title?: string;
  readonly guard: string | null;
  readonly children?: ReactNode;
}

/** A row's name, what sets it apart, and why it is left alone. */
export const Name = ({ name, title = name, guard, children }: NameProps) => (
  <>
    <span className="resource-name" title={title}>
      {name}
    </span>
    {children}
    {guard !== null && (
      <span className="guarded" title={guard}>
        <Lock size={12} aria-hidden="true" />
        <span className="guard-text">
          protected<span className="guard-words">: {guard}</span>
        </span>
      </span>
    )}
  </>
);

/** A word that sets a row apart. */
export const Mark = ({ title, children }: { readonly title?: string; readonly children: ReactNode }) => (
  <span className="guarded" title={title}>
    {children}
  </span>
);
