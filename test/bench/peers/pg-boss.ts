import { setTimeout as delay } from "node:timers/promises";
import PgBoss from "pg-boss";
import { now } from "../load.ts";
import { answer, inChunks, server } from "./answer.ts";

const FETCHED = 100;
const EMPTY_PAUSE_MS = 2;
const LOOPS = 2;

const boss = new PgBoss({ connectionString: server(), max: 20 });
boss.on("error", () => undefined);
await boss.start();
await boss.createQueue("noop");
let working = true;

answer({
  add: () => boss.send("noop", { at: now() }),
  addMany: (count) =>
    inChunks(count, (size) =>
      boss.insert(Array.from({ length: size }, () => ({ name: "noop", data: { at: now() } }))),
    ),
  // Its own workers poll twice a second at most; fetching by the hundred as fast as it answers shows what it can do.
  work: async ({ begun, completed }) => {
    const loop = async (): Promise<void> => {
      while (working) {
        const jobs = await boss.fetch<{ at: number }>("noop", { batchSize: FETCHED });
        for (const { data } of jobs) begun(now() - data.at);
        const ids = jobs.map(({ id }) => id);
        if (ids.length === 0) await delay(EMPTY_PAUSE_MS);
        else await boss.complete("noop", ids);
        for (let told = 0; told < ids.length; told += 1) completed();
      }
    };
    for (let started = 0; started < LOOPS; started += 1) void loop();
  },
  close: async () => {
    working = false;
    await boss.stop({ graceful: false, wait: false });
  },
});
