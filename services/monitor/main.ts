import { runService } from "#infra/service.ts";
import { startMonitor } from "./start.ts";

await runService("monitor", startMonitor);
