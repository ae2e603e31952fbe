import Type from "typebox";

/** Which host a task is about, as every payload has it. */
export const PayloadHost = Type.Optional(
  Type.String({
    title: "Host",
    description: "Left out: the runner's own engine.",
    pattern: "^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$",
  }),
);
