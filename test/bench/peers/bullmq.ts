import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { now } from "../load.ts";
import { answer, atOnce, inChunks, server } from "./answer.ts";

const connect = (): Redis => new Redis(server(), { maxRetriesPerRequest: null });

const queue = new Queue<{ at: number }>("bench", {
  connection: connect(),
  defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
});
let worker: Worker<{ at: number }> | undefined;

answer({
  add: () => queue.add("noop", { at: now() }),
  addMany: (count) =>
    inChunks(count, (size) =>
      queue.addBulk(Array.from({ length: size }, () => ({ name: "noop", data: { at: now() } }))),
    ),
  work: async ({ begun, completed }) => {
    const options = { connection: connect(), concurrency: atOnce() };
    worker = new Worker("bench", async ({ data }) => begun(now() - data.at), options);
    worker.on("completed", completed);
    await worker.waitUntilReady();
  },
  close: async () => {
    await worker?.close();
    await queue.close();
  },
});
