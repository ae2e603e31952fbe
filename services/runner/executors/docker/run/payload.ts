import Type, { type Static } from "typebox";
import { PayloadHost } from "../hosts/payload-host.ts";

/** What a `docker.run` task is asked to run. There is nothing in it that could reach this host's files, devices or rights. */
export const RunPayload = Type.Object(
  {
    image: Type.String({
      title: "Image",
      description: "A name with tag or digest, or an id.",
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
    pull: Type.Optional(
      Type.Literal("missing", {
        title: "Pull",
        description: "missing: the image is pulled where it is not on the host; left out: it must be there.",
      }),
    ),
    tty: Type.Optional(
      Type.Boolean({
        title: "Terminal",
        description:
          "For programs that speak in colours only to a terminal; errors come among the rest then.",
        default: false,
      }),
    ),
    host: PayloadHost,
    memory: Type.Optional(
      Type.Integer({ title: "Memory (bytes)", minimum: 8 * 1024 * 1024, maximum: Number.MAX_SAFE_INTEGER }),
    ),
    cpus: Type.Optional(Type.Number({ title: "Processors", minimum: 0.01, maximum: 1_024 })),
  },
  { additionalProperties: false },
);
export type RunPayload = Static<typeof RunPayload>;
