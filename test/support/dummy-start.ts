import { join } from "node:path";
import { runStart } from "#infra/embedded/run-start.ts";

const script = join(import.meta.dirname, "dummy-service.ts");

await runStart(
  ["scheduler", "projector", "monitor", "runner", "web"].map((name) => ({
    name,
    script,
    database: name !== "monitor" && name !== "runner",
    web: name === "web",
  })),
);
