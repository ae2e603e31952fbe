/** All that executors of the user's import: `longshore/executor`. */
export { default as Type, type Static } from "typebox";
export { defineExecutor, failed } from "./executor.ts";
export type { Definition, Ending, FirstResult, JobContext, Step } from "./executor.ts";
