import type { Command } from "commander";
import { deskOf } from "./desk.ts";
import { followLog, printLog } from "./output-log.ts";

export const addLogCommand = (program: Command): void => {
  program
    .command("logs")
    .description("the output of a task")
    .argument("<id>")
    .option("--follow", "until the task is settled")
    .action((id: string, { follow }: { follow?: boolean }, command: Command) =>
      (follow ? followLog : printLog)(deskOf(command), id),
    );
};
