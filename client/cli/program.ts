import { Command } from "commander";
import { addListCommands } from "./list-commands.ts";
import { addLogCommand } from "./log-command.ts";
import { addOverviewCommands } from "./overview-commands.ts";
import { addSteerCommands } from "./steer-commands.ts";
import { addSubmitCommands } from "./submit-commands.ts";
import { addWatchCommand } from "./watch-command.ts";

/** The whole command line. Wrong usage throws commander's own error once it is said; nothing here ends the process. */
export const createProgram = (): Command => {
  const program = new Command("longshore")
    .description("Tasks on container hosts: submit, watch and steer them.")
    .option("--url <url>", "the server (LONGSHORE_URL; else the one on this machine)")
    .option("--token <token>", "API token (LONGSHORE_TOKEN; else the administrator's of ./.longshore)")
    .option("--json", "for programs: JSON, one value to a line")
    .addHelpText("after", "\nExit codes: 1 refused or failed, 2 wrong usage, 3 no answer from the server.")
    .helpCommand(false)
    .exitOverride();
  addSubmitCommands(program);
  addListCommands(program);
  addLogCommand(program);
  addSteerCommands(program);
  addWatchCommand(program);
  addOverviewCommands(program);
  return program;
};
