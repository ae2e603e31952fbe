import Type, { type Static } from "typebox";
import { PayloadHost } from "../hosts/payload-host.ts";

/** A container by its id, a unique beginning of it, or its name. Anything else could change the engine's URL. */
export const CONTAINER_REF = "^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$";

const ACTIONS = ["start", "stop", "restart", "pause", "unpause", "kill", "remove"] as const;
const STATES = ["created", "running", "paused", "restarting", "removing", "exited", "dead"] as const;
const strict = { additionalProperties: false } as const;

/** What a `docker.containers` task is asked to do. */
export const ContainersPayload = Type.Object(
  {
    action: Type.Enum([...ACTIONS], { title: "Action" }),
    host: PayloadHost,
    ids: Type.Optional(
      Type.Array(Type.String({ pattern: CONTAINER_REF }), {
        title: "Containers",
        description: "Ids or names.",
        minItems: 1,
        maxItems: 10_000,
      }),
    ),
    select: Type.Optional(
      Type.Object(
        {
          labels: Type.Optional(
            Type.Record(Type.String(), Type.String({ maxLength: 1_000 }), {
              title: "Labels",
              description: "Every one must match; an empty value matches any.",
              minProperties: 1,
              maxProperties: 50,
            }),
          ),
          state: Type.Optional(
            Type.Array(Type.Enum([...STATES]), { title: "State", minItems: 1, uniqueItems: true }),
          ),
          name: Type.Optional(Type.String({ title: "Part of the name", minLength: 1, maxLength: 200 })),
        },
        { ...strict, title: "All that match", minProperties: 1 },
      ),
    ),
    alsoStopped: Type.Optional(
      Type.Boolean({
        title: "Also stopped ones",
        description: "A restart starts those too that are not running; left out, it leaves them alone.",
      }),
    ),
    dryRun: Type.Optional(Type.Boolean({ title: "Only show what would be done" })),
    concurrency: Type.Optional(Type.Integer({ title: "At once", minimum: 1, maximum: 16, default: 8 })),
  },
  {
    ...strict,
    oneOf: [
      { title: "These containers", required: ["ids"] },
      { title: "All that match", required: ["select"] },
    ],
  },
);
export type ContainersPayload = Static<typeof ContainersPayload>;
export type Selection = NonNullable<ContainersPayload["select"]>;
