import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { headers as natsHeaders } from "@nats-io/nats-core";
import { openAccess } from "#infra/nats/access.ts";
import { openStream, type Stream, type StreamState } from "#client/stream.ts";
import { openQueue } from "#schema/queue.ts";
import { HEADER, telemetrySubject } from "#schema/subjects.ts";
import { keyOf } from "../../web/server/access.ts";
import { type AJournal, openTestJournal } from "../support/a-journal.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";
import { anEdge, type TestEdge, TOKEN } from "../web/server/an-edge.ts";

let edge: TestEdge;
let journal: AJournal;

beforeAll(async () => {
  edge = await anEdge();
  journal = openTestJournal(await edge.connect("scheduler"));
});
afterAll(() => edge.stop());

interface Told {
  readonly seqs: number[];
  readonly states: StreamState[];
  readonly resets: number[];
  readonly logs: string[];
  readonly engines: string[];
}

/** The server accepts only its own name, so a client behind a proxy must still say whom it means. */
const through = (proxy: TcpProxy): typeof globalThis.fetch => {
  return async (input, init) => {
    const { request } = await import("node:http");
    const url = new URL(input as string);
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          port: proxy.port,
          path: url.pathname + url.search,
          headers: { ...(init?.headers as Record<string, string>), host: url.host },
          ...(init?.signal ? { signal: init.signal as AbortSignal } : {}),
        },
        (answer) => {
          const body = new ReadableStream<Uint8Array>({
            start: (controller) => {
              answer.on("data", (data: Buffer) => controller.enqueue(data));
              answer.on("end", () => controller.close());
              answer.on("error", (error) => controller.error(error));
            },
          });
          resolve(new Response(body, { status: answer.statusCode ?? 0 }));
        },
      );
      sent.on("error", reject).end();
    });
  };
};

const open = (options: Partial<Parameters<typeof openStream>[0]> = {}): Told & { stream: Stream } => {
  const told: Told = { seqs: [], states: [], resets: [], logs: [], engines: [] };
  const stream = openStream({
    baseUrl: edge.url,
    token: TOKEN,
    ...options,
    on: {
      fact: (seq) => told.seqs.push(seq),
      state: (state) => told.states.push(state),
      reset: (asOf) => told.resets.push(asOf),
      log: ({ text }) => told.logs.push(text),
      engine: ({ runner }) => told.engines.push(runner),
    },
  });
  return { ...told, stream };
};

describe("the client's stream", () => {
  it("tells every fact once, in order, through a line that is cut again and again", async () => {
    const proxy = await startTcpProxy(edge.port);
    const told = open({ after: 0, fetch: through(proxy) });
    let writing = true;
    const writer = (async () => {
      while (writing) await journal.submit();
    })();
    for (let cuts = 0; cuts < 6; cuts += 1) {
      const reached = told.seqs.length;
      await until("more facts", () => told.seqs.length > reached + 20);
      proxy.cut();
    }
    writing = false;
    await writer;
    const count = journal.facts.length;
    await until("all facts", () => told.seqs.length >= count);
    expect(told.seqs).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    expect(told.states.filter((state) => state === "reconnecting").length).toBeGreaterThanOrEqual(5);
    expect(told.stream.last).toBe(count);
    told.stream.close();
    expect(told.states.at(-1)).toBe("closed");
    await proxy.close();
  });

  it("changes whose output it hears without missing a fact", async () => {
    const runner = await edge.connect("runner");
    const say = (taskId: string, text: string): void => {
      const head = natsHeaders();
      head.set(HEADER.taskId, taskId);
      const body = { taskId, attempt: 1, chunk: 1, at: "2026-11-21T08:00:00.000Z", stream: "stdout", text };
      runner.publish(telemetrySubject("log", "local"), JSON.stringify(body), { headers: head });
    };
    const start = journal.facts.length;
    const told = open({ after: start });
    await until("live", () => told.states.includes("live"));
    say("task-a", "before");
    const change = { runner: "local", at: "2026-11-21T08:00:00.000Z", reachable: true, containers: [] };
    runner.publish(telemetrySubject("engine", "local"), JSON.stringify(change));
    // Telemetry is in order: who hears this could have heard the line before it.
    await until("what was said after it", () => told.engines.length === 1);
    expect(told.logs).toEqual([]);
    told.stream.watchLogs("task-a");
    await journal.submit();
    await until("live again", () => told.states.filter((state) => state === "live").length === 2);
    say("task-a", "after");
    await until("the output", () => told.logs.length > 0);
    await until("the fact", () => told.seqs.length === 1);
    expect(told.logs).toEqual(["after"]);
    expect(told.seqs).toEqual([start + 1]);
    told.stream.close();
  });

  it("hears what the attempt of one task uses, and of another when asked, each over one line", async () => {
    const runner = await edge.connect("runner");
    const used: string[] = [];
    const states: StreamState[] = [];
    const use = (taskId: string, cpuMs: number) => ({
      taskId,
      attempt: 1,
      cpuMs,
      memoryBytes: 1,
      ioBytes: null,
    });
    const look = (second: number): void => {
      const at = `2026-11-21T08:00:0${second}.000Z`;
      const attempts = [use("task-a", second * 500), use("task-b", second * 100)];
      runner.publish(telemetrySubject("use", "local"), JSON.stringify({ runner: "local", at, attempts }));
    };
    const stream = openStream({
      baseUrl: edge.url,
      token: TOKEN,
      use: "task-a",
      on: {
        state: (state) => states.push(state),
        use: ({ taskId, cpuPercent }) => used.push(`${taskId} ${cpuPercent}`),
      },
    });
    const lines = (count: number) =>
      until("the line", () => states.filter((state) => state === "live").length === count);
    await lines(1);
    look(1);
    look(2);
    await until("both looks", () => used.length === 2);
    stream.watchUse("task-b");
    stream.watchLogs("task-b");
    await lines(2);
    look(3);
    await until("the other's", () => used.length === 3);
    expect(used).toEqual(["task-a null", "task-a 50", "task-b 10"]);
    stream.close();
    // Two wishes at once open one new line.
    expect(states).toEqual(["connecting", "live", "live", "closed"]);
  });

  it("tells facts about records apart, in one order with the others, and resumes after either", async () => {
    const start = journal.facts.length;
    const told: string[] = [];
    const on = {
      fact: (seq: number, { type }: { type: string }) => told.push(`fact ${seq - start} ${type}`),
      record: (seq: number, { type }: { type: string }) => told.push(`record ${seq - start} ${type}`),
    };
    const first = openStream({ baseUrl: edge.url, token: TOKEN, after: start, on });
    await journal.submit();
    await journal.record({ kind: "queue", id: "q" }, { type: "queue-paused" }, openQueue("q"));
    await until("both", () => told.length === 2);
    expect(first.last).toBe(start + 2);
    first.close();
    const second = openStream({ baseUrl: edge.url, token: TOKEN, after: first.last ?? 0, on });
    await journal.submit();
    await until("the next", () => told.length >= 3);
    second.close();
    expect(told).toEqual(["fact 1 submitted", "record 2 queue-paused", "fact 3 submitted"]);
  });

  it("surfaces a reset and goes on from there", async () => {
    const told = open({ after: journal.facts.length + 500 });
    await until("the reset", () => told.resets.length === 1);
    expect(told.resets).toEqual([journal.facts.length]);
    await journal.submit();
    await until("the next fact", () => told.seqs.length === 1);
    told.stream.close();
  });

  it("gives up when it is denied, and says why", async () => {
    const problems: (string | undefined)[] = [];
    openStream({
      baseUrl: edge.url,
      token: "lsh_wrong",
      on: { state: (state, problem) => state === "denied" && problems.push(problem?.problem.detail) },
    });
    await until("the denial", () => problems.length === 1);
    expect(problems[0]).toContain("token is not known");
  });

  it("ends as denied when its token is revoked while it is open", async () => {
    const bucket = openAccess(await edge.connect("web"));
    await bucket.put(keyOf("token", "short-lived"), {
      user: "robot",
      capabilities: ["view"],
      expiresAt: null,
    });
    const told = open({ token: "short-lived" });
    await until("live", () => told.states.includes("live"));
    await bucket.remove(keyOf("token", "short-lived"));
    await until("the denial", () => told.states.includes("denied"));
  });
});
