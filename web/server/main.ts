import { type Ground, type Running, runService } from "#infra/service.ts";
import { startWeb } from "./start.ts";

await runService("web", async (ground: Ground): Promise<Running> => startWeb(ground));
