import { Button, CloseButton, Switch, TextInput } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { AnsiHtml } from "fancy-ansi/react";
import { Pause, Play } from "lucide-react";
import { memo, type UIEvent, useEffect, useMemo, useRef, useState, type WheelEvent } from "react";
import { FailureNotice } from "../show/notice.tsx";
import { clock, number, plural } from "../show/words.ts";
import type { LogLine } from "./log-buffer.ts";
import { useLog } from "./use-log.ts";

const LINE = 20;
/** Nearer to the end than this counts as being there. */
const NEAR_END = LINE * 2;

const Line = memo(({ line, wrap }: { readonly line: LogLine; readonly wrap: boolean }) => {
  if (line.kind !== "line") return <span className={`log-${line.kind}`}>{line.text}</span>;
  return (
    <>
      <time className="log-time" dateTime={line.at}>
        {clock(line.at)}
      </time>
      <AnsiHtml className={wrap ? "log-text wrap" : "log-text"} text={line.text} />
    </>
  );
});

interface LogLinesProps {
  readonly lines: readonly LogLine[];
  readonly wrap: boolean;
  readonly follow: boolean;
  readonly onLeaveEnd: () => void;
}

const LogLines = ({ lines, wrap, follow, onLeaveEnd }: LogLinesProps) => {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 30,
  });
  const count = lines.length;
  useEffect(() => {
    if (follow && count > 0) virtual.scrollToIndex(count - 1, { align: "end" });
  }, [follow, count, virtual]);
  useEffect(() => virtual.measure(), [wrap, virtual]);
  const wheel = (event: WheelEvent): void => {
    if (event.deltaY < 0) onLeaveEnd();
  };
  const scroll = (event: UIEvent<HTMLDivElement>): void => {
    const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
    // Keys and the scrollbar leave the end too; a jump of our own never ends this far from it.
    if (scrollHeight - scrollTop - clientHeight > NEAR_END * 20) onLeaveEnd();
  };
  return (
    <div
      ref={scroller}
      className="log-lines"
      role="log"
      aria-label="Output"
      aria-live="off"
      data-testid="log-view"
      tabIndex={0}
      onWheel={wheel}
      onScroll={scroll}
    >
      <div style={{ height: virtual.getTotalSize(), position: "relative", minWidth: "100%" }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const line = lines[index];
          return (
            line && (
              <div
                key={key}
                ref={wrap ? virtual.measureElement : undefined}
                data-index={index}
                className="log-line"
                data-stream={line.stream}
                style={{ transform: `translateY(${start}px)` }}
              >
                <Line line={line} wrap={wrap} />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
};

/** The live output of a task. It follows until one says otherwise, and says that it does. */
export const LogPanel = ({ id, active }: { readonly id: string; readonly active: boolean }) => {
  const { log, reload } = useLog(id);
  const [wrap, setWrap] = useState(true);
  const [pausedAt, setPausedAt] = useState<number | null>(null);
  const [text, setText] = useState("");
  const shown = useMemo(() => {
    const wanted = text.toLowerCase();
    return wanted === "" ? log.lines : log.lines.filter((line) => line.text.toLowerCase().includes(wanted));
  }, [log.lines, text]);
  if (log.status === "failed" && log.lines.length === 0) {
    return <FailureNotice title="The output could not be loaded" error={log.error} onRetry={reload} />;
  }
  const follow = pausedAt === null && text === "";
  const behind = pausedAt === null ? 0 : log.lines.length + log.forgotten - pausedAt;
  return (
    <div className="log-panel">
      <div className="panel-bar">
        <TextInput
          size="xs"
          placeholder="Find in the output"
          aria-label="Find in the output"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          rightSection={
            text !== "" && <CloseButton size="xs" aria-label="Clear" onClick={() => setText("")} />
          }
        />
        {text !== "" && <span className="muted">{plural(shown.length, "line")}</span>}
        <span className="spring" />
        {log.forgotten > 0 && (
          <span className="muted">{number(log.forgotten)} older lines are not shown</span>
        )}
        <Switch
          size="xs"
          label="Wrap"
          checked={wrap}
          onChange={(event) => setWrap(event.currentTarget.checked)}
        />
        <Button
          size="compact-xs"
          variant="default"
          leftSection={pausedAt === null ? <Pause size={13} /> : <Play size={13} />}
          onClick={() => setPausedAt(pausedAt === null ? log.lines.length + log.forgotten : null)}
        >
          {pausedAt === null ? "Following" : behind > 0 ? `Paused, ${plural(behind, "new line")}` : "Paused"}
        </Button>
      </div>
      {log.status === "ready" && log.lines.length === 0 ? (
        <div className="log-lines empty" data-testid="log-view">
          {active ? "No output yet." : "This task has written nothing."}
        </div>
      ) : (
        <LogLines
          lines={shown}
          wrap={wrap}
          follow={follow}
          onLeaveEnd={() => setPausedAt((before) => before ?? log.lines.length + log.forgotten)}
        />
      )}
    </div>
  );
};
