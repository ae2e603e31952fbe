import type { FastifyInstance } from "fastify";
import { PageQuery } from "#schema/api.ts";
import type { RecordKind } from "#schema/record.ts";
import type { Edge } from "../edge.ts";
import { findRecord, recordsCaughtUp } from "../find-record.ts";
import { listRecordEvents } from "../queries/records.ts";
import { TaskParams } from "./task-params.ts";

/** Declares GET <base>/:id/events: what happened to one record, and who did it, oldest first. */
export const recordEventRoute = (
  app: FastifyInstance,
  edge: Edge,
  { kind, base, tag }: { readonly kind: RecordKind; readonly base: string; readonly tag: string },
): void => {
  app.get<{ Params: { id: string }; Querystring: { after?: number; limit?: number } }>(
    `${base}/:id/events`,
    {
      config: { policy: "view" },
      schema: {
        tags: [tag],
        summary: `What happened to a ${kind}, oldest first; \`after\` is a journal sequence`,
        params: TaskParams,
        querystring: PageQuery,
      },
    },
    async ({ params: { id }, query }) => {
      await recordsCaughtUp(edge, kind);
      const page = await edge.history.read((sql) => listRecordEvents(sql, { kind, id }, query));
      if (page.items.length === 0 && query.after === undefined) await findRecord(edge, kind, id);
      return page;
    },
  );
};
