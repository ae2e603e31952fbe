import { useQuery } from "@tanstack/react-query";
import type { FoldedTask } from "#schema/task.fold.ts";
import { isReference, type Stored } from "#schema/stored.ts";
import { useLive } from "../live/live-context.tsx";
import { JsonTree } from "../show/json-tree.tsx";
import { bytes } from "../show/words.ts";

const StoredValue = ({ stored, label }: { readonly stored: Stored<unknown>; readonly label: string }) =>
  isReference(stored) ? (
    <p className="muted">
      Kept in the object store: {bytes(stored.size)}, SHA-256 <code>{stored.sha256}</code>
    </p>
  ) : (
    <JsonTree value={stored.value} label={label} />
  );

/** What was asked, what came of it, and what the chart remembers. */
export const InputPanel = ({ task }: { readonly task: FoldedTask }) => {
  const { client } = useLive();
  const detail = useQuery({
    queryKey: ["payload", task.id],
    queryFn: async () => (await client.task(task.id)).payload ?? null,
  });
  const { definition, result, plan, ...context } = task.context;
  return (
    <div className="inputs">
      <section>
        <h3>Payload</h3>
        {detail.isSuccess ? (
          <JsonTree value={detail.data} label="Payload" />
        ) : (
          <p className="muted">Loading…</p>
        )}
      </section>
      <section>
        <h3>Result</h3>
        {result === null ? (
          <p className="muted">None so far.</p>
        ) : (
          <StoredValue stored={result} label="Result" />
        )}
      </section>
      <section>
        <h3>Definition</h3>
        <JsonTree value={definition} label="Definition" open={false} />
      </section>
      <section>
        <h3>Context</h3>
        <JsonTree
          value={{ ...context, plan: plan && { number: plan.number, count: plan.count } }}
          label="Context"
          open={false}
        />
      </section>
    </div>
  );
};
