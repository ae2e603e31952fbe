import Type from "typebox";
import { TOKEN_PATTERN } from "#schema/token.ts";

/** An id that is a path of its own never gets further than this. */
export const TaskParams = Type.Object({
  id: Type.String({ pattern: TOKEN_PATTERN, description: "Task id." }),
});
