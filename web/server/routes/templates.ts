import type { FastifyInstance } from "fastify";
import Type, { type Static } from "typebox";
import { ReasonBody } from "#schema/api.ts";
import { TemplateDefineBody, type TemplateRow, TemplateSubmitBody } from "#schema/record-api.ts";
import { TOKEN_PATTERN } from "#schema/token.ts";
import type { Edge } from "../edge.ts";
import { recordsCaughtUp } from "../find-record.ts";
import { callerOf } from "../policy.ts";
import { notFound } from "../problems.ts";
import { checkpointOf } from "../queries/checkpoint.ts";
import { listTemplates, versionsOf } from "../queries/templates.ts";

const NameParams = Type.Object({
  name: Type.String({ pattern: TOKEN_PATTERN, description: "A template's name." }),
});
type Params = { Params: Static<typeof NameParams> };
const VersionParams = Type.Object({
  name: NameParams.properties.name,
  version: Type.String({ pattern: "^[1-9]\\d{0,8}$" }),
});

const readRoutes = (app: FastifyInstance, edge: Edge): void => {
  const versions = async (name: string): Promise<readonly TemplateRow[]> => {
    await recordsCaughtUp(edge, "template");
    const found = await edge.history.read((sql) => versionsOf(sql, name));
    if (found.length === 0) throw notFound(`There is no template ${name}.`);
    return found;
  };
  app.get(
    "/api/templates",
    {
      config: { policy: "view" },
      schema: { tags: ["templates"], summary: "The latest version of each template, by name" },
    },
    async () => {
      await recordsCaughtUp(edge, "template");
      return edge.history.read(async (sql) => ({
        items: await listTemplates(sql),
        asOf: await checkpointOf(sql, "journal"),
      }));
    },
  );
  app.get<Params>(
    "/api/templates/:name",
    {
      config: { policy: "view" },
      schema: { tags: ["templates"], summary: "The latest version of a template", params: NameParams },
    },
    async ({ params: { name } }) => (await versions(name))[0],
  );
  app.get<Params>(
    "/api/templates/:name/versions",
    {
      config: { policy: "view" },
      schema: { tags: ["templates"], summary: "Every version of a template", params: NameParams },
    },
    async ({ params: { name } }) => ({ items: await versions(name) }),
  );
  app.get<{ Params: Static<typeof VersionParams> }>(
    "/api/templates/:name/versions/:version",
    {
      config: { policy: "view" },
      schema: { tags: ["templates"], summary: "One version of a template", params: VersionParams },
    },
    async ({ params: { name, version } }) => {
      const found = (await versions(name)).find((template) => template.version === Number(version));
      if (found === undefined) throw notFound(`The template ${name} has no version ${version}.`);
      return found;
    },
  );
};

/** Named, numbered task definitions with parameters. */
export const templateRoutes = (app: FastifyInstance, edge: Edge): void => {
  readRoutes(app, edge);
  app.post<{ Body: TemplateDefineBody }>(
    "/api/templates",
    {
      config: { policy: "operate" },
      schema: {
        tags: ["templates"],
        summary: "Define a template, or its next version",
        body: TemplateDefineBody,
      },
    },
    async (request, reply) => {
      const { reason, ...template } = request.body;
      const command = { type: "define", template } as const;
      const answer = await edge.wishes.template(callerOf(request), { command, reason });
      return reply
        .code(201)
        .header("location", `/api/templates/${template.name}`)
        .send({ id: "id" in answer ? answer.id : answer.taskId, seq: answer.seq });
    },
  );
  app.delete<Params & { Body: Static<typeof ReasonBody> }>(
    "/api/templates/:name",
    {
      config: { policy: "operate" },
      schema: {
        tags: ["templates"],
        summary: "Retire a template; its versions stay",
        params: NameParams,
        body: ReasonBody,
      },
    },
    async (request) => {
      const { name } = request.params;
      const command = { type: "retire", name } as const;
      const { seq } = await edge.wishes.template(callerOf(request), { command, reason: request.body.reason });
      return { id: name, seq };
    },
  );
  app.post<Params & { Body: TemplateSubmitBody }>(
    "/api/templates/:name/submit",
    {
      config: { policy: "operate" },
      schema: {
        tags: ["templates"],
        summary: "Submit a task from a template",
        params: NameParams,
        body: TemplateSubmitBody,
      },
    },
    async (request, reply) => {
      const { reason, ...wanted } = request.body;
      const command = { type: "submit", name: request.params.name, ...wanted } as const;
      const answer = await edge.wishes.template(callerOf(request), { command, reason });
      if (!("taskId" in answer)) throw new Error("a submission was answered without its task");
      const { taskId: id, seq, state, repeated = false } = answer;
      return reply
        .code(repeated ? 200 : 201)
        .header("location", `/api/tasks/${id}`)
        .send({ id, seq, state, repeated });
    },
  );
};
