import type { FastifyInstance } from "fastify";
import type { Static } from "typebox";
import { ReasonBody } from "#schema/api.ts";
import { ListQuery, ScheduleChangeBody, ScheduleCreateBody } from "#schema/record-api.ts";
import type { ScheduleCommand } from "#schema/schedule.ts";
import type { Edge } from "../edge.ts";
import { findRecord, recordsCaughtUp } from "../find-record.ts";
import { callerOf } from "../policy.ts";
import { listRecords } from "../queries/records.ts";
import { recordEventRoute } from "./record-events.ts";
import { TaskParams } from "./task-params.ts";

type Params = { Params: Static<typeof TaskParams> };
type Reason = { Body: Static<typeof ReasonBody> };

const STEERING = {
  pause: "Pause a schedule",
  resume: "Resume a paused schedule",
  run: "Submit a schedule's task now, besides its times",
} as const satisfies Partial<Record<ScheduleCommand["type"], string>>;

const readRoutes = (app: FastifyInstance, edge: Edge): void => {
  app.get<{ Querystring: ListQuery }>(
    "/api/schedules",
    {
      config: { policy: "view" },
      schema: { tags: ["schedules"], summary: "Schedules, the latest made first", querystring: ListQuery },
    },
    async ({ query }) => {
      await recordsCaughtUp(edge, "schedule");
      return edge.history.read((sql) => listRecords(sql, "schedule", query));
    },
  );
  app.get<Params>(
    "/api/schedules/:id",
    {
      config: { policy: "view" },
      schema: { tags: ["schedules"], summary: "One schedule", params: TaskParams },
    },
    async ({ params: { id } }) => findRecord(edge, "schedule", id),
  );
  recordEventRoute(app, edge, { kind: "schedule", base: "/api/schedules", tag: "schedules" });
};

/** Recurring tasks: made, changed, paused, and run besides their times. */
export const scheduleRoutes = (app: FastifyInstance, edge: Edge): void => {
  readRoutes(app, edge);
  app.post<{ Body: ScheduleCreateBody }>(
    "/api/schedules",
    {
      config: { policy: "operate" },
      schema: { tags: ["schedules"], summary: "Make a schedule", body: ScheduleCreateBody },
    },
    async (request, reply) => {
      const { reason, ...schedule } = request.body;
      const command = { type: "create", schedule } as const;
      const { id, seq } = await edge.wishes.schedule(callerOf(request), { command, reason });
      return reply.code(201).header("location", `/api/schedules/${id}`).send({ id, seq });
    },
  );
  app.patch<Params & { Body: ScheduleChangeBody }>(
    "/api/schedules/:id",
    {
      config: { policy: "operate" },
      schema: {
        tags: ["schedules"],
        summary: "Change a schedule; what is not said stays",
        params: TaskParams,
        body: ScheduleChangeBody,
      },
    },
    async (request) => {
      const { reason, ...changes } = request.body;
      const command = { type: "change", id: request.params.id, changes } as const;
      const { id, seq } = await edge.wishes.schedule(callerOf(request), { command, reason });
      return { id, seq };
    },
  );
  app.delete<Params & Reason>(
    "/api/schedules/:id",
    {
      config: { policy: "operate" },
      schema: { tags: ["schedules"], summary: "Delete a schedule", params: TaskParams, body: ReasonBody },
    },
    async (request) => {
      const command = { type: "delete", id: request.params.id } as const;
      const { reason } = request.body;
      const { id, seq } = await edge.wishes.schedule(callerOf(request), { command, reason });
      return { id, seq };
    },
  );
  for (const [type, summary] of Object.entries(STEERING) as [keyof typeof STEERING, string][]) {
    app.post<Params & Reason>(
      `/api/schedules/:id/${type}`,
      {
        config: { policy: "operate" },
        schema: { tags: ["schedules"], summary, params: TaskParams, body: ReasonBody },
      },
      async (request) => {
        const about = { command: { type, id: request.params.id }, reason: request.body.reason };
        const { id, seq, taskId } = await edge.wishes.schedule(callerOf(request), about);
        return { id, seq, ...(taskId === undefined ? {} : { task: taskId }) };
      },
    );
  }
};
