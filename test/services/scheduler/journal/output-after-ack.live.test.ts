import { afterEach, beforeEach, expect, it } from "vitest";
import { streamExtent } from "#infra/nats/follow.ts";
import { ask } from "#infra/nats/serve.ts";
import { JOURNAL } from "#schema/subjects.ts";
import type { WishReply } from "#schema/wishes.ts";
import { aRunner, anEdge, aScheduler, type TestScheduler } from "../../../support/a-scheduler.ts";
import { type NatsProxy, startNatsProxy } from "../../../support/nats-proxy.ts";
import { provisioned } from "../../../support/provisioned.ts";
import { startNats, type TestNats } from "../../../support/stack.ts";
import { until } from "../../../support/until.ts";

let nats: TestNats;
let proxy: NatsProxy;
let scheduler: TestScheduler;
let edge: Awaited<ReturnType<typeof anEdge>>;
let runner: Awaited<ReturnType<typeof aRunner>>;

beforeEach(async () => {
  nats = await provisioned(await startNats());
  proxy = await startNatsProxy(nats.port);
  scheduler = await aScheduler(nats, { LONGSHORE_NATS_URL: `nats://127.0.0.1:${proxy.port}` });
  edge = await anEdge(nats);
  runner = await aRunner(nats, { slots: 0 });
  await runner.hello();
});

afterEach(async () => {
  proxy.release();
  await runner.close();
  await edge.close();
  await scheduler.stop();
  await proxy.close();
  await nats.stop();
});

/** The answer, and whether it is there yet. */
const watched = (asked: Promise<WishReply>) => {
  const answer: { reply?: WishReply } = {};
  void asked.then((reply) => Object.assign(answer, { reply }));
  return answer;
};

/** A question the scheduler answers without a fact: when it is answered, all asked before it was judged. */
const judged = () => runner.lease();

it("says yes only when the fact is on disk", async () => {
  proxy.holding = true;
  const yes = watched(edge.submit());
  await until("the fact was sent and its ack is held back", () => proxy.held() > 0);
  await judged();
  expect(yes.reply).toBeUndefined();
  proxy.release();
  await until("the answer", () => yes.reply);
  expect(yes.reply).toMatchObject({ ok: true });
});

it("says no only when every fact it was judged on is on disk", async () => {
  const submitted = await edge.submit();
  const taskId = submitted.ok ? submitted.taskId : "";
  proxy.holding = true;
  const yes = watched(edge.wish(taskId, { type: "pause" }));
  await until("the ack of the pause is held back", () => proxy.held() > 0);
  const no = watched(edge.wish(taskId, { type: "pause" }));
  await judged();
  await judged();
  expect(no.reply).toBeUndefined();
  expect(yes.reply).toBeUndefined();
  proxy.release();
  await until("both answers", () => yes.reply && no.reply);
  expect(yes.reply).toMatchObject({ ok: true, state: "paused" });
  expect(no.reply).toMatchObject({ ok: false, code: "refused", state: "paused" });
});

it("welcomes a runner that has seen a fact whose ack is still on its way", async () => {
  proxy.holding = true;
  const yes = watched(edge.submit());
  await until("the fact was sent and its ack is held back", () => proxy.held() > 0);
  const { last } = await streamExtent(edge.connection, JOURNAL);
  const welcome = runner.hello({ seen: last });
  await judged();
  proxy.release();
  expect(await welcome).toMatchObject({ ok: true });
  await until("the answer", () => yes.reply);
});

it("tells a runner that it is unknown only when that is on disk", async () => {
  proxy.holding = true;
  const left = runner.goodbye();
  await until("the ack of the leave is held back", () => proxy.held() > 0);
  const refusal: { reply?: unknown } = {};
  const refused = runner.lease().then((reply) => (refusal.reply = reply));
  // Behind it on the same connection, and answered at once: no kind of report at all.
  await ask(runner.connection, "report.local.nothing", { runner: "local" }, 2_000);
  expect(refusal.reply).toBeUndefined();
  proxy.release();
  expect(await left).toMatchObject({ ok: true });
  expect(await refused).toMatchObject({ ok: false, code: "unknown-runner" });
});
