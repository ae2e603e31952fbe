import { Logger, makeWorkerUtils, run, type Runner, runMigrations } from "graphile-worker";
import pg from "pg";
import { now } from "../load.ts";
import { answer, atOnce, inChunks, server, setUp } from "./answer.ts";

/** What its own performance tests use. */
const BATCHED = { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };

const pgPool = new pg.Pool({ connectionString: server(), max: 20 });
pgPool.on("error", () => undefined);
const logger = new Logger(() => () => undefined);
await runMigrations({ pgPool, logger });
const utilities = await makeWorkerUtils({ pgPool, logger });
let runner: Runner | undefined;

answer({
  add: () => utilities.addJob("noop", { at: now() }),
  addMany: (count) =>
    inChunks(count, (size) =>
      utilities.addJobs(Array.from({ length: size }, () => ({ identifier: "noop", payload: { at: now() } }))),
    ),
  work: async ({ begun, completed }) => {
    const worker = { concurrentJobs: atOnce(), ...(setUp() === "batched" ? BATCHED : {}) };
    runner = await run({
      preset: { worker },
      pgPool,
      logger,
      noHandleSignals: true,
      taskList: { noop: (payload) => begun(now() - (payload as { at: number }).at) },
    });
    runner.events.on("job:complete", completed);
  },
  close: async () => {
    await runner?.stop();
    await utilities.release();
    await pgPool.end();
  },
});
