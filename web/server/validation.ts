/** Request validation with the TypeBox schemas themselves; texts become numbers only in query strings. */
import type { FastifyInstance, FastifyRequest, FastifySchemaCompiler } from "fastify";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import type { Problem } from "#schema/api.ts";
import { HttpProblem } from "./problems.ts";
import { meantBy, type TaggedUnion, taggedUnionsOf } from "./tagged-unions.ts";
import { unsoundText } from "./sound-text.ts";

type Details = NonNullable<Problem["details"]>;

const WHERE: Readonly<Record<string, string>> = {
  body: "The body",
  querystring: "The query",
  params: "The path",
  headers: "A header",
};

const MOST_DETAILS = 20;

interface Finding {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

/** Says where: a missing or unknown property is named, not only the object it is missing in. */
const detailsOf = ({ keyword, instancePath, message, params }: Finding): Details => {
  const { requiredProperties, allowedValues } = params as {
    requiredProperties?: string[];
    allowedValues?: unknown[];
  };
  if (keyword === "additionalProperties") return [];
  if (keyword === "boolean") return [{ path: instancePath, message: "is not known here" }];
  if (keyword === "required") {
    return (requiredProperties ?? []).map((name) => ({
      path: `${instancePath}/${name}`,
      message: "is missing",
    }));
  }
  if (keyword === "enum")
    return [{ path: instancePath, message: `must be one of ${(allowedValues ?? []).join(", ")}` }];
  return [{ path: instancePath, message }];
};

export const invalid = (part: string, details: Details): HttpProblem => {
  const [first] = details;
  const place = first ? `: ${first.path.slice(1) || "it"} ${first.message}` : "";
  return new HttpProblem(400, `${WHERE[part] ?? "The request"} is not valid${place}.`, {
    details: details.slice(0, MOST_DETAILS),
  });
};

/** A value of the query that is of the right form and means nothing. */
export const wrongQuery = (path: string, message: string): HttpProblem =>
  new HttpProblem(400, `${path.slice(1)}: ${message}.`, { details: [{ path, message }] });

/** Of a value with one of several shapes the faults of the one that was meant, not of all it could have had. */
const unionDetails = (union: TaggedUnion, value: unknown): Details => {
  const path = `/${union.key}`;
  const meant = meantBy(union, value);
  if (meant === null) return [{ path, message: "must be object" }];
  if ("tags" in meant) return [{ path: `${path}/type`, message: `must be one of ${meant.tags.join(", ")}` }];
  return Compile(meant.schema)
    .Errors(value)
    .flatMap((error) => detailsOf(error))
    .map((detail) => ({ ...detail, path: path + detail.path }));
};

const faultsOf = (
  findings: readonly Finding[],
  unions: readonly TaggedUnion[],
  value: Readonly<Record<string, unknown>>,
): Details => {
  const isAt = ({ key }: TaggedUnion, path: string): boolean =>
    path === `/${key}` || path.startsWith(`/${key}/`);
  const wrong = unions.filter((union) => findings.some(({ instancePath }) => isAt(union, instancePath)));
  const others = findings.filter(({ instancePath }) => !wrong.some((union) => isAt(union, instancePath)));
  return [
    ...wrong.flatMap((union) => unionDetails(union, value[union.key])),
    ...others.flatMap((finding) => detailsOf(finding)),
  ];
};

const compileSchema: FastifySchemaCompiler<TSchema> = ({ schema, httpPart = "" }) => {
  const compiled = Compile(schema);
  const unions = taggedUnionsOf(schema);
  return (data: unknown) => {
    const value: unknown = httpPart === "querystring" ? compiled.Convert({ ...(data as object) }) : data;
    if (compiled.Check(value)) return { value };
    return {
      error: invalid(httpPart, faultsOf(compiled.Errors(value), unions, value as Record<string, unknown>)),
    };
  };
};

const JSON_ONLY = /^application\/json(?:; ?charset=utf-8)?$/i;

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/** Only exactly JSON is parsed; a missing body counts as `{}`; whatever comes in must be storable text. */
export const validateRequests = (app: FastifyInstance): void => {
  app.setValidatorCompiler(compileSchema as FastifySchemaCompiler<unknown>);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body.length === 0) done(null, {});
    else void parse(request, body as string, done);
  });
  app.addHook("onRequest", async (request) => {
    if (hasBody(request) && !JSON_ONLY.test(request.headers["content-type"] ?? "")) {
      throw new HttpProblem(415, "The body must be sent as application/json.");
    }
  });
  app.addHook("preValidation", async (request) => {
    if (request.method !== "GET") request.body ??= {};
    for (const part of ["params", "query", "body"] as const) {
      const fault = unsoundText(request[part]);
      if (fault !== null) throw invalid(part === "query" ? "querystring" : part, [fault]);
    }
  });
};
