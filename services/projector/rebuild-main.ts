import { readEnv } from "#infra/env.ts";
import { joinAs } from "#infra/embedded/running.ts";
import { createLog } from "#infra/log.ts";
import { BadEnvironment } from "#infra/env.ts";
import { Fatal } from "#infra/service.ts";
import { rebuild } from "./rebuild.ts";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const main = async (): Promise<number> => {
  const { data, databaseUrl, natsUrl, natsSeedFile, logLevel } = readEnv();
  const log = createLog("rebuild", logLevel);
  const stack =
    databaseUrl === null ? joinAs("projector", data) : { natsUrl, seedFile: natsSeedFile, databaseUrl };
  say("Rebuilding the read model from the journal; people see the old one until the new one is whole.");
  const { facts, tasks } = await rebuild({ ...stack, log });
  say(`Done: ${facts} facts folded into ${tasks} ${tasks === 1 ? "task" : "tasks"}.`);
  return 0;
};

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Fatal || error instanceof BadEnvironment)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
