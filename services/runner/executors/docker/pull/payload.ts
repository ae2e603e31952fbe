import Type, { type Static } from "typebox";
import { IMAGE_REF } from "../engine/names.ts";
import { PayloadHost } from "../hosts/payload-host.ts";

/** What a `docker.images.pull` task is asked for. */
export const PullPayload = Type.Object(
  {
    image: Type.String({
      title: "Image",
      description: "A name with its registry, tag or digest where it needs them. Without a tag: latest.",
      pattern: IMAGE_REF.source,
      maxLength: 512,
    }),
    platform: Type.Optional(
      Type.String({
        title: "Platform",
        description: "For example linux/arm64; absent: the engine's own.",
        pattern: "^[a-z0-9]{1,32}(/[a-z0-9_]{1,32}){0,2}$",
      }),
    ),
    host: PayloadHost,
  },
  { additionalProperties: false },
);
export type PullPayload = Static<typeof PullPayload>;
