import type { NatsConnection } from "#infra/nats/connect.ts";
import { follow, streamExtent } from "#infra/nats/follow.ts";
import type { Log } from "#infra/log.ts";

type Message = Parameters<Parameters<typeof follow>[1]["each"]>[0];

interface ReaderOptions {
  readonly connection: NatsConnection;
  readonly stream: string;
  readonly from: number;
  readonly log: Log;
  readonly each: (message: Message) => void;
  /** The stream ends before what was read of it: it is another one. Returns the sequence to go on after, or nothing to wait. */
  readonly behind: (end: number, read: number) => number | undefined;
}

export interface StreamReader {
  /** The last sequence that was read, and the stream's last one as of at most a second ago (null before it is known). */
  readonly read: number;
  readonly end: number | null;
  readonly stop: () => void;
}

const CHECK_MS = 1_000;

/**
 * Reads a stream in order for as long as the process lives. The client's own recovery can wait 30 s when the server
 * comes back before its JetStream does, so we compare with the stream's end every second and begin anew when nothing moves.
 */
export const readStream = (options: ReaderOptions): StreamReader => {
  const { connection, stream, log, each, behind } = options;
  let read = options.from - 1;
  let end: number | null = null;
  let stalledAt = -1;
  let generation = 0;
  let stopped = false;
  let current: { stop(): Promise<void> } | undefined;

  const begin = async (): Promise<void> => {
    const mine = ++generation;
    void current?.stop().catch(() => undefined);
    current = undefined;
    const following = await follow(connection, {
      stream,
      from: read + 1,
      each: (message) => {
        if (mine !== generation || message.seq <= read) return;
        read = message.seq;
        each(message);
      },
      failed: (error) => log.warn({ err: error, stream }, "reading a stream was interrupted"),
    });
    if (mine === generation && !stopped) current = following;
    else void following.stop().catch(() => undefined);
  };

  const check = async (): Promise<void> => {
    const readBefore = read;
    const extent = await streamExtent(connection, stream);
    if (stopped) return;
    end = extent.last;
    // Compared with what was read before the question: while it was under way the stream went on, and so did we.
    if (extent.last < readBefore) {
      const resume = behind(extent.last, read);
      if (resume === undefined) return;
      read = resume;
      return begin();
    }
    const stalled = extent.last > read && stalledAt === read;
    stalledAt = extent.last > read ? read : -1;
    if (stalled || current === undefined) await begin();
  };

  let checking = false;
  const timer = setInterval(() => {
    if (checking) return;
    checking = true;
    check()
      .catch((error: unknown) => log.debug({ err: error, stream }, "the stream's end is not known now"))
      .finally(() => (checking = false));
  }, CHECK_MS);
  begin().catch((error: unknown) => log.warn({ err: error, stream }, "a stream cannot be read yet"));

  return {
    get read() {
      return read;
    },
    get end() {
      return end;
    },
    stop: () => {
      stopped = true;
      generation += 1;
      clearInterval(timer);
      void current?.stop().catch(() => undefined);
    },
  };
};
