import type { AttemptReport, AttemptReports, ReportReplies, ReportReply } from "#schema/reports.ts";
import { REPORTS_PER_MESSAGE } from "#schema/reports.ts";
import type { ReportWay } from "./reporter.ts";

type Report = Omit<AttemptReport, "runner" | "boot">;

interface Pending {
  readonly report: Report;
  readonly answered: (reply: ReportReply | undefined) => void;
}

interface Options {
  readonly runner: string;
  boot(): string;
  /** Undefined when nobody answered in time. */
  say<T>(kind: "attempt" | "attempts", body: unknown): Promise<T | undefined>;
}

/** Messages on their way at once: what is said meanwhile is gathered, so the busier the more to a message. */
const ON_THEIR_WAY = 4;
/** Longer text goes by itself: a message has a limit. */
const SHORT = 1_000;

const isShort = (value: unknown): boolean => {
  if (typeof value === "string") return value.length < SHORT;
  return value === null || typeof value !== "object" || JSON.stringify(value).length < SHORT;
};

const mayShare = ({ body }: Report): boolean => {
  if (body.type === "started" || body.type === "cancelled") return true;
  return body.type === "completed" && isShort(body.result);
};

/** Sends reports of different attempts in one message when several are to be sent; each is answered by itself. */
export const createReportBatches = ({ runner, boot, say }: Options): ReportWay["send"] => {
  let pending: Pending[] = [];
  let onTheirWay = 0;
  let scheduled = false;

  const alone = (report: Report): Promise<ReportReply | undefined> =>
    say<ReportReply>("attempt", { ...report, runner, boot: boot() } satisfies AttemptReport);

  const together = async (batch: readonly Pending[]): Promise<void> => {
    const reports = batch.map(({ report }) => report);
    const body: AttemptReports = { runner, boot: boot(), reports };
    const answer = await say<ReportReplies>("attempts", body);
    batch.forEach(({ answered }, index) => answered(answer?.ok ? answer.replies[index] : answer));
  };

  const send = async (batch: readonly Pending[]): Promise<void> => {
    const [first] = batch;
    onTheirWay += 1;
    if (first && batch.length === 1) first.answered(await alone(first.report));
    else await together(batch);
    onTheirWay -= 1;
    flush();
  };

  const flush = (): void => {
    while (pending.length > 0 && onTheirWay < ON_THEIR_WAY) {
      const batch = pending.slice(0, REPORTS_PER_MESSAGE);
      pending = pending.slice(batch.length);
      void send(batch);
    }
  };

  return (report) => {
    if (!mayShare(report)) return alone(report);
    return new Promise((answered) => {
      pending.push({ report, answered });
      if (scheduled) return;
      scheduled = true;
      // What happens in one turn of the event loop goes together.
      setImmediate(() => {
        scheduled = false;
        flush();
      });
    });
  };
};
