import { useQuery } from "@tanstack/react-query";
import { AnsiHtml } from "fancy-ansi/react";
import type { TaskSummary } from "#schema/api.ts";
import { useLive } from "../live/live-context.tsx";
import { errorWords } from "../show/error-words.ts";
import { plural } from "../show/words.ts";

const LAST_LINES = 20;

/** The end of the output of the attempt that failed. */
const LastLines = ({ task }: { readonly task: TaskSummary }) => {
  const { client } = useLive();
  const log = useQuery({
    queryKey: ["last-lines", task.id, task.seq],
    queryFn: async () => {
      // The log is read from its start: there is no cursor from the end. The last page is what counts.
      let after = 0;
      let tail = "";
      for (;;) {
        const page = await client.logs(task.id, { after, limit: 1_000 });
        tail = (tail + page.items.map(({ text }) => text).join("")).slice(-16_384);
        after = page.items.at(-1)?.seq ?? after;
        if (page.next === undefined || page.items.length === 0) break;
      }
      return tail.trimEnd().split("\n").slice(-LAST_LINES).join("\n");
    },
  });
  if (!log.data) return null;
  return (
    <details className="failure-lines" open>
      <summary>The last lines of its output</summary>
      <pre tabIndex={0}>
        <AnsiHtml text={log.data} />
      </pre>
    </details>
  );
};

/** A failed task opens on its failure. */
export const FailurePanel = ({ task }: { readonly task: TaskSummary }) => {
  const { error, counts } = task;
  if (error === null) return null;
  const waits = task.tag === "waiting";
  return (
    <div className="failure" data-soft={waits || undefined} data-testid="failure">
      <p className="failure-words">
        <strong>{errorWords(error)}</strong>
      </p>
      <p className="muted">
        <code>{error.code}</code> · attempt {task.attempt}
        {counts.failed > 0 && ` · ${plural(counts.failed, "item")} failed`}
      </p>
      {!waits && counts.planned === 0 && <LastLines task={task} />}
    </div>
  );
};
