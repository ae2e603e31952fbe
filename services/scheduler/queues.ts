import { missingCapability } from "#schema/policy.ts";
import { openQueue, type Queue, type QueueCommand, type QueueEvent } from "#schema/queue.ts";
import { isToken } from "#schema/token.ts";
import type { QueueWish, RecordReply } from "#schema/wishes.ts";
import type { Authority } from "./authority.ts";

const after = (queue: Queue, command: QueueCommand): { event: QueueEvent; queue: Queue } => {
  switch (command.type) {
    case "configure":
      return {
        event: { type: "configured", settings: command.settings },
        queue: { ...queue, ...command.settings },
      };
    case "pause":
      return { event: { type: "queue-paused" }, queue: { ...queue, state: "paused" } };
    case "resume":
      return { event: { type: "queue-resumed" }, queue: { ...queue, state: "open" } };
    case "drain":
      return { event: { type: "queue-draining" }, queue: { ...queue, state: "draining" } };
  }
};

const same = (a: Queue, b: Queue): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Sets a queue's limits, or stops and starts it. A wish that changes nothing is answered without a fact. */
export const changeQueue = (authority: Authority, wish: QueueWish): RecordReply => {
  const { records, journal } = authority;
  const missing = missingCapability(wish.by.capabilities, ["operate"]);
  if (missing) return { ok: false, code: "forbidden", message: `This needs the right "${missing}".` };
  const { queue: id, command } = wish;
  if (!isToken(id)) {
    const message = "A queue's name is 1 to 64 letters, digits, - and _.";
    return { ok: false, code: "invalid", message, details: [{ path: "queue", message }] };
  }
  const before = records.queue.get(id) ?? openQueue(id);
  const { event, queue } = after(before, command);
  if (same(before, queue)) return { ok: true, id, seq: journal.stored.seq };
  const cause = { by: wish.by.actor, reason: wish.reason ?? null, id: wish.id };
  return { ok: true, id, seq: records.queue.record(id, event, queue, cause).seq };
};
