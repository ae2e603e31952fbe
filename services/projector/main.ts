import { runService } from "#infra/service.ts";
import { startProjector } from "./start.ts";

await runService("projector", startProjector);
