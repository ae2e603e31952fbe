import { defineExecutor, failed, Type } from "longshore/executor";
import { type Places, search } from "./code/index-file.ts";

const Payload = Type.Object(
  {
    index: Type.String({ title: "Index file", description: "As code.index made it.", pattern: "^/" }),
    query: Type.String({ title: "Identifier", minLength: 1, maxLength: 200 }),
    beginning: Type.Optional(Type.Boolean({ title: "Also those that begin with it", default: false })),
    limit: Type.Optional(
      Type.Integer({ title: "Most identifiers", minimum: 1, maximum: 1_000, default: 100 }),
    ),
  },
  { additionalProperties: false },
);

export const executor = defineExecutor({
  type: "code.search",
  title: "Codebase search",
  description: "Finds where an identifier stands, in an index made by code.index.",
  payload: Payload,
  naming: "Search for {query}",
  example: { index: "/srv/project.index", query: "defineExecutor" },
  repeatable: true,

  run: async ({ payload: { index, query, beginning = false, limit = 100 } }) => {
    const found: { name: string; places: Places }[] = [];
    try {
      for await (const [name, places] of search(index, query, beginning)) {
        if (found.length === limit) return { type: "completed", result: { found, more: true } };
        found.push({ name, places });
      }
    } catch (error) {
      return failed("no-index", error instanceof Error ? error.message : String(error), false);
    }
    return { type: "completed", result: { found, more: false } };
  },
});
