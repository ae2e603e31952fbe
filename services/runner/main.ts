import { runService } from "#infra/service.ts";
import { startRunner } from "./runner.ts";

await runService("runner", startRunner);
