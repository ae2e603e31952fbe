import { stripAnsi } from "fancy-ansi";
import type { TaskError } from "#schema/task.events.ts";

/** What went wrong in a task. Programs colour their last words for terminals; a sentence needs no colours. */
export const errorWords = ({ message }: Pick<TaskError, "message">): string => stripAnsi(message);
