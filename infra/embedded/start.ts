import { runStart } from "./run-start.ts";
import { SERVICES } from "./services.ts";

await runStart(SERVICES);
