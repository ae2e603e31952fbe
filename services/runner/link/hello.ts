import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "#infra/log.ts";
import { Fatal } from "#infra/service.ts";
import type { Hello, ReportReply, Welcome } from "#schema/reports.ts";

const AGAIN_MS = 500;

export type SayHello = (hello: Hello) => Promise<Welcome | Extract<ReportReply, { ok: false }> | undefined>;

/** Introduces this runner until a scheduler welcomes it. Throws Fatal when the journal is behind what this runner has seen. */
export const introduce = async (
  hello: () => Hello,
  say: SayHello,
  { log, ended }: { readonly log: Log; readonly ended: () => boolean },
): Promise<Welcome | undefined> => {
  for (let tries = 1; !ended(); tries += 1) {
    const reply = await say(hello());
    if (reply?.ok) return reply;
    if (reply?.code === "behind")
      throw new Fatal(`The journal is behind what this runner has seen: ${reply.message}`);
    if (reply?.code === "invalid") throw new Fatal(`The scheduler refuses this runner: ${reply.message}`);
    if (reply?.code === "name-taken") {
      // It may be about to end: then this one takes its place.
      if (tries === 1) log.error(reply.message);
    } else if (tries === 1) log.info({ answer: reply?.message ?? "none" }, "waiting for a scheduler");
    await sleep(AGAIN_MS);
  }
  return undefined;
};
