/** Task definitions to submit from: named, numbered by version, with parameters. */
import Type, { type Static } from "typebox";
import type { Actor } from "./actor.ts";
import type { JsonSchema } from "./executor-type.ts";
import { TOKEN_PATTERN } from "./token.ts";

const strict = { additionalProperties: false } as const;

export const TemplateBody = Type.Object(
  {
    name: Type.String({ pattern: TOKEN_PATTERN }),
    description: Type.Optional(Type.String({ maxLength: 1_000 })),
    parameters: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: "JSON Schema (an object's) of what whoever submits must say.",
      }),
    ),
    task: Type.Record(Type.String(), Type.Unknown(), {
      description:
        'A task to submit. A string that is exactly "{{name}}" becomes the parameter with its own type, inside a longer string its text; "\\{{name}}" stays as "{{name}}".',
    }),
  },
  strict,
);
export type TemplateBody = Static<typeof TemplateBody>;

/** Which version of which template a task comes from: `<name>@<version>`. */
export const TEMPLATE_LABEL = "longshore.template";

export const templateId = (name: string, version: number): string => `${name}@${version}`;

/** One version of a template. Versions count 1, 2, 3 … and never change; while the latest is `retired`, none can be used. */
export interface Template {
  /** `<name>@<version>`. */
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly parameters: JsonSchema;
  readonly task: Readonly<Record<string, unknown>>;
  readonly by: Actor;
  readonly at: string;
  readonly retired: boolean;
}

export type TemplateEvent = { readonly type: "defined" } | { readonly type: "retired" };

export const TemplateCommand = Type.Union([
  Type.Object({ type: Type.Literal("define"), template: TemplateBody }, strict),
  Type.Object({ type: Type.Literal("retire"), name: Type.String() }, strict),
  Type.Object(
    {
      type: Type.Literal("submit"),
      name: Type.String(),
      version: Type.Optional(Type.Integer({ minimum: 1 })),
      parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      idempotencyKey: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    },
    strict,
  ),
]);
export type TemplateCommand = Static<typeof TemplateCommand>;
