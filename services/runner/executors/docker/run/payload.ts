import Type, { type Static } from "typebox";

/** What a `docker.run` task is asked to run. There is nothing in it that could reach this host's files, devices or rights. */
export const RunPayload = Type.Object(
  {
    image: Type.String({
      title: "Image",
      description: "One that is on the host already: a name with tag or digest, or an id.",
      pattern: "^[a-zA-Z0-9][a-zA-Z0-9._/:@-]{0,254}$",
    }),
    command: Type.Array(Type.String({ maxLength: 131_072 }), {
      title: "Program and arguments",
      minItems: 1,
      maxItems: 1_000,
    }),
    env: Type.Optional(
      Type.Record(
        Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]{0,127}$" }),
        Type.String({ maxLength: 32_768 }),
        {
          title: "Environment",
          maxProperties: 100,
          additionalProperties: false,
        },
      ),
    ),
    memory: Type.Optional(
      Type.Integer({ title: "Memory (bytes)", minimum: 8 * 1024 * 1024, maximum: Number.MAX_SAFE_INTEGER }),
    ),
    cpus: Type.Optional(Type.Number({ title: "Processors", minimum: 0.01, maximum: 1_024 })),
  },
  { additionalProperties: false },
);
export type RunPayload = Static<typeof RunPayload>;
