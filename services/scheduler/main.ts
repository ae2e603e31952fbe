import { runService } from "#infra/service.ts";
import { startScheduler } from "./start.ts";

await runService("scheduler", startScheduler);
