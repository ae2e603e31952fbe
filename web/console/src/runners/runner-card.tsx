import { Link } from "@tanstack/react-router";
import type { RunnerRow } from "#schema/api.ts";
import type { LimitRow } from "#schema/record-api.ts";
import { useLive, useValue } from "../live/live-context.tsx";
import { HostMeters } from "./host-meters.tsx";
import { PoolPanel } from "./pool-panel.tsx";
import { RunnerHonesty } from "./runner-honesty.tsx";
import type { Glyph, Hue } from "../show/state-look.ts";
import { GlyphMark } from "../show/state-mark.tsx";
import { useNow } from "../show/ticker.ts";
import { ago, moment } from "../show/words.ts";

const LOOKS: Record<RunnerRow["state"], { hue: Hue; glyph: Glyph; word: string }> = {
  present: { hue: "green", glyph: "check", word: "Present" },
  left: { hue: "slate", glyph: "slashed", word: "Left" },
  lost: { hue: "red", glyph: "cross", word: "Lost" },
};

interface RunnerCardProps {
  readonly runner: RunnerRow;
  /** Who took it out of service, when and why. */
  readonly closed: LimitRow | undefined;
}

/** One runner: is it there, what is free, what can it do, how is its host. */
export const RunnerCard = ({ runner, closed }: RunnerCardProps) => {
  const samples = useValue(useLive().samples);
  const now = useNow();
  const { hue, glyph, word } = LOOKS[runner.state];
  const sample = samples.get(runner.host) ?? samples.get(runner.id);
  return (
    <article className="runner-card" data-testid={`runner-${runner.id}`}>
      <div className="runner-head">
        <h2>{runner.id}</h2>
        <span className="state" data-hue={hue}>
          <GlyphMark glyph={glyph} /> {word}
        </span>
      </div>
      <p className="muted small" title={moment(runner.since)}>
        on {runner.host} · since {ago(runner.since, now)}
      </p>
      {closed && (
        <p className="reached" data-testid={`closed-${runner.id}`}>
          {closed.reason} Since {moment(closed.since)}.
        </p>
      )}
      {runner.state === "present" && <PoolPanel runner={runner.id} said={closed !== undefined} />}
      {runner.state === "present" &&
        (sample ? <HostMeters sample={sample} /> : <p className="muted small">No host sample yet.</p>)}
      {runner.state === "present" && <RunnerHonesty runner={runner} />}
      <div className="types">
        {runner.types.map(({ type, title, description }) => (
          <Link key={type} to="/new" search={{ type }} className="label" title={description}>
            {title}
          </Link>
        ))}
      </div>
    </article>
  );
};
