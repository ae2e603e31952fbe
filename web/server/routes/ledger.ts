import type { FastifyInstance } from "fastify";
import { LEDGER_EXPORT_MOST, LedgerFilter, LedgerQuery, type LedgerRow } from "#schema/ledger-api.ts";
import type { Columns } from "../csv.ts";
import type { Edge } from "../edge.ts";
import { type ExportFormat, sendExport } from "../export.ts";
import { type LedgerReader, openLedger } from "../ledger-reader.ts";
import { HttpProblem } from "../problems.ts";
import { countLedger } from "../queries/ledger.ts";

const PAGE = 500;
/** Who wants a file can wait for it: counting looks at every row there is, a million in about 0.4 s. */
const COUNT_MS = 20_000;

const COLUMNS: Columns<LedgerRow> = {
  at: ({ at }) => at,
  outcome: ({ outcome }) => outcome,
  kind: ({ kind }) => kind,
  id: ({ id }) => id,
  name: ({ name }) => name,
  host: ({ host }) => host,
  engine: ({ engine }) => engine,
  code: ({ code }) => code,
  message: ({ message }) => message,
  bytes: ({ bytes }) => bytes,
  freed: ({ freed }) => freed,
  ms: ({ ms }) => ms,
  answer: ({ answer }) => answer,
  attempt: ({ attempt }) => attempt,
  task: ({ task }) => task.id,
  taskName: ({ task }) => task.name,
  taskType: ({ task }) => task.type,
  action: ({ task }) => task.action,
  submittedBy: ({ task: { submittedBy } }) => `${submittedBy.kind}:${submittedBy.id}`,
  seq: ({ seq }) => seq,
};

const refuseEndless = async ({ history }: Edge, filter: LedgerFilter): Promise<void> => {
  const count = await history.read((sql) => countLedger(sql, filter, LEDGER_EXPORT_MOST + 1), COUNT_MS);
  if (count <= LEDGER_EXPORT_MOST) return;
  throw new HttpProblem(
    400,
    `More than ${LEDGER_EXPORT_MOST} rows match: a file holds no more. Narrow it down, for example with from and to.`,
  );
};

async function* allRows(read: LedgerReader, filter: LedgerFilter): AsyncGenerator<readonly LedgerRow[]> {
  for (let query: LedgerQuery = { ...filter, limit: PAGE }; ;) {
    const { items, next } = await read(query);
    yield items;
    if (next === undefined) return;
    query = { ...query, cursor: next };
  }
}

const exportRoute = (app: FastifyInstance, edge: Edge, read: LedgerReader, format: ExportFormat): void => {
  app.get<{ Querystring: LedgerFilter }>(
    `/api/ledger.${format}`,
    {
      config: { policy: "view" },
      schema: {
        tags: ["ledger"],
        summary: `The ledger as a ${format.toUpperCase()} file of at most ${LEDGER_EXPORT_MOST} rows`,
        querystring: LedgerFilter,
      },
    },
    async ({ query }, reply) => {
      await refuseEndless(edge, query);
      const name = ["ledger", query.host ?? "", query.id ?? query.text ?? ""];
      return sendExport(reply, { format, name, columns: COLUMNS, pages: allRows(read, query) });
    },
  );
};

/** What was ever done to what, across all tasks. */
export const ledgerRoutes = (app: FastifyInstance, edge: Edge): void => {
  const read = openLedger(edge);
  app.get<{ Querystring: LedgerQuery }>(
    "/api/ledger",
    {
      config: { policy: "view" },
      schema: {
        tags: ["ledger"],
        summary:
          "What was ever done to what, newest first; a page may be shorter than `limit` and still have a `next`",
        querystring: LedgerQuery,
      },
    },
    ({ query }) => read(query),
  );
  exportRoute(app, edge, read, "csv");
  exportRoute(app, edge, read, "json");
};
