import type { FastifyInstance } from "fastify";
import type { Static } from "typebox";
import type { ItemRow } from "#schema/api.ts";
import { ItemFilter, ItemsQuery } from "#schema/ledger-api.ts";
import { definitionOf } from "#schema/task.evolve.ts";
import type { Columns } from "../csv.ts";
import type { Edge } from "../edge.ts";
import { type ExportFormat, sendExport } from "../export.ts";
import { findTask } from "../find-task.ts";
import { listItems, planOfItems, sumItems } from "../queries/task-items.ts";
import { readOfTask } from "../task-history.ts";
import { TaskParams } from "./task-params.ts";

type Params = { Params: Static<typeof TaskParams> };

/** A page of 1,000 is about 400 KB: nobody holds a connection to Postgres while a slow reader takes it. */
const PAGE = 1_000;

const COLUMNS: Columns<ItemRow> = {
  index: ({ index }) => index,
  kind: ({ kind }) => kind,
  id: ({ id }) => id,
  name: ({ name }) => name,
  outcome: ({ outcome }) => outcome,
  code: ({ code }) => code,
  message: ({ message }) => message,
  bytes: ({ bytes }) => bytes,
  freed: ({ freed }) => freed,
  ms: ({ ms }) => ms,
  at: ({ at }) => at,
  attempt: ({ attempt }) => attempt,
  answer: ({ answer }) => answer,
  skip: ({ skip }) => skip,
  protected: (item) => item.protected,
  rule: ({ rule }) => rule,
  why: ({ why }) => why,
  ask: ({ ask }) => ask,
  note: ({ note }) => note,
  createdAt: ({ createdAt }) => createdAt,
  lastUsedAt: ({ lastUsedAt }) => lastUsedAt,
  usedBy: ({ usedBy }) => usedBy?.join("; "),
};

/** Items of one plan: throws when another takes its place meanwhile, so that no file is half of each. */
async function* allItems(edge: Edge, id: string, filter: ItemFilter): AsyncGenerator<readonly ItemRow[]> {
  let first: number | null = null;
  for (let query: ItemsQuery = { ...filter, limit: PAGE }; ;) {
    const { plan, items, next } = await readOfTask(edge, id, async (sql) => ({
      plan: await planOfItems(sql, id),
      ...(await listItems(sql, id, query)),
    }));
    if (query.after === undefined) first = plan;
    if (plan !== first) throw new Error(`The plan of task ${id} was replaced while its items were sent.`);
    yield items;
    if (next === undefined) return;
    query = { ...query, after: Number(next) };
  }
}

const exportRoute = (app: FastifyInstance, edge: Edge, format: ExportFormat): void => {
  app.get<Params & { Querystring: ItemFilter }>(
    `/api/tasks/:id/items.${format}`,
    {
      config: { policy: "view" },
      schema: {
        tags: ["tasks"],
        summary: `What became of each planned item, all of them, as a ${format.toUpperCase()} file`,
        params: TaskParams,
        querystring: ItemFilter,
      },
    },
    async ({ params: { id }, query }, reply) => {
      const { task } = await findTask(edge, id);
      const name = [definitionOf(task.context).name, id];
      return sendExport(reply, { format, name, columns: COLUMNS, pages: allItems(edge, id, query) });
    },
  );
};

/** How the items of a task's plan stand: page by page, summed, and as files. */
export const taskItemRoutes = (app: FastifyInstance, edge: Edge): void => {
  app.get<Params & { Querystring: ItemsQuery }>(
    "/api/tasks/:id/items",
    {
      config: { policy: "view" },
      schema: {
        tags: ["tasks"],
        summary: "What became of each planned item; `after` is an index",
        params: TaskParams,
        querystring: ItemsQuery,
      },
    },
    ({ params: { id }, query }) => readOfTask(edge, id, (sql) => listItems(sql, id, query)),
  );
  app.get<Params>(
    "/api/tasks/:id/items/summary",
    {
      config: { policy: "view" },
      schema: {
        tags: ["tasks"],
        summary: "How many items of each kind stand how, and the bytes they gave back",
        params: TaskParams,
      },
    },
    ({ params: { id } }) => readOfTask(edge, id, (sql) => sumItems(sql, id)),
  );
  exportRoute(app, edge, "csv");
  exportRoute(app, edge, "json");
};
