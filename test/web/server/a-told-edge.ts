/** An edge with its read model, and the journal that the test itself writes for it. */
import { type AJournal, openTestJournal } from "../../support/a-journal.ts";
import { until } from "../../support/until.ts";
import { anEdge, type TestEdge } from "./an-edge.ts";

export interface ToldEdge {
  readonly edge: TestEdge;
  readonly journal: AJournal;
  /** Until all that was written is in the read model. */
  projected(): Promise<unknown>;
}

export const aToldEdge = async (options?: Parameters<typeof anEdge>[0]): Promise<ToldEdge> => {
  const edge = await anEdge(options);
  const journal = openTestJournal(await edge.connect("scheduler"));
  await edge.project();
  return {
    edge,
    journal,
    projected: () =>
      until(
        "the read model",
        async () => (await edge.client.tasks({ limit: 1 })).asOf === journal.facts.length,
      ),
  };
};
