import Type, { type Static } from "typebox";

import { LimitsShape } from "#schema/report-shapes.ts";

/** Names that would change how programs are loaded or how Longshore finds its processes are not for payloads. */
const ENV_NAME = "^(?!LD_|DYLD_|LONGSHORE_|NODE_OPTIONS$|BASH_ENV$|ENV$|IFS$)[A-Za-z_][A-Za-z0-9_]{0,127}$";

const ARGUMENTS = {
  type: "array",
  title: "Program and arguments",
  items: { type: "string", maxLength: 131_072 },
  minItems: 1,
  maxItems: 1_000,
} as const;
const SHELL_LINE = { type: "string", title: "Shell line", minLength: 1, maxLength: 131_072 } as const;

/** What a `command` task is asked to run. */
export const CommandPayload = Type.Object(
  {
    command: Type.Unsafe<string | string[]>({
      title: "Command",
      description: "A program and its arguments; with `shell`, one line for /bin/sh.",
    }),
    shell: Type.Optional(
      Type.Boolean({
        title: "Let a shell interpret it",
        description: "A shell takes the right `shell`.",
        default: false,
      }),
    ),
    cwd: Type.Optional(
      Type.String({
        title: "Folder to run in",
        description: "Absolute; a fresh empty one when left out.",
        pattern: "^/",
        maxLength: 4_096,
      }),
    ),
    env: Type.Optional(
      Type.Record(Type.String({ pattern: ENV_NAME }), Type.String({ maxLength: 32_768 }), {
        title: "Environment",
        maxProperties: 100,
        additionalProperties: false,
      }),
    ),
    limits: Type.Optional(LimitsShape),
    timeoutMs: Type.Optional(
      Type.Integer({ title: "Time limit (ms)", minimum: 100, maximum: 30 * 86_400_000 }),
    ),
  },
  {
    additionalProperties: false,
    if: { properties: { shell: { const: true } }, required: ["shell"] },
    // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's own keyword; nobody awaits a schema.
    then: { properties: { command: SHELL_LINE } },
    else: { properties: { command: ARGUMENTS } },
  },
);
export type CommandPayload = Static<typeof CommandPayload>;
