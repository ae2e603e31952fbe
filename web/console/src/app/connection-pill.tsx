import { Tooltip } from "@mantine/core";
import type { StreamState } from "#client/stream.ts";
import { useLive, useValue } from "../live/live-context.tsx";
import { clock } from "../show/words.ts";

interface Words {
  readonly word: string;
  readonly tone: "good" | "busy" | "bad";
  readonly why: string;
}

/** A line that is away for less than this is only "reconnecting". */
const PATIENCE_MS = 6_000;

const WORDS: Record<StreamState, Words> = {
  connecting: { word: "Connecting", tone: "busy", why: "Opening the live line to the server." },
  live: { word: "Live", tone: "good", why: "Every change arrives by itself." },
  reconnecting: {
    word: "Reconnecting",
    tone: "busy",
    why: "The line was cut; it goes on where it was, without a gap.",
  },
  denied: { word: "Logged out", tone: "bad", why: "The session has ended." },
  closed: { word: "Offline", tone: "bad", why: "The live line is closed." },
};

const wordsFor = (state: StreamState, since: number | null): Words => {
  if (state !== "reconnecting" || since === null || Date.now() - since < PATIENCE_MS) return WORDS[state];
  const at = clock(new Date(since).toISOString());
  return {
    word: `Offline since ${at}`,
    tone: "bad",
    why: "The server does not answer. What you see is from before; it catches up by itself.",
  };
};

export const ConnectionPill = () => {
  const { state, since } = useValue(useLive().link);
  const { word, tone, why } = wordsFor(state, since);
  return (
    <Tooltip label={why} multiline maw={280}>
      <span
        className="pill"
        data-tone={tone}
        data-testid="connection-pill"
        data-state={state}
        role="status"
        tabIndex={0}
      >
        <span className="pill-dot" aria-hidden="true" />
        <span className="pill-word">{word}</span>
      </span>
    </Tooltip>
  );
};
