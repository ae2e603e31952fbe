import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "#infra/clock.ts";
import { type AccessBucket, openAccess as openBucket } from "#infra/nats/access.ts";
import { openAccess } from "../../../web/server/access.ts";
import { openConnectivity } from "../../../web/server/connectivity.ts";
import { openSessions } from "../../../web/server/sessions.ts";
import { anEdge, type TestEdge } from "./an-edge.ts";

const HOUR = 3_600_000;
let edge: TestEdge;
let shift = 0;

beforeAll(async () => {
  edge = await anEdge();
});
afterAll(() => edge.stop());

/** Sessions on the real bucket, at a time of the test's choosing. `around` may get in between. */
const sessionsWith = async (around: (bucket: AccessBucket) => AccessBucket = (bucket) => bucket) => {
  const connection = await edge.connect("web");
  const bucket = around(openBucket(connection));
  const connectivity = openConnectivity(connection);
  const clock = { now: () => systemClock.now() + shift, monotonic: () => systemClock.monotonic() + shift };
  const access = openAccess({ bucket, connectivity, clock, adminToken: "admin", allowShell: false });
  return { access, bucket, sessions: openSessions({ bucket, access, connectivity, clock }) };
};

const maker = { actor: { kind: "token", id: "admin" }, capabilities: ["view"], expiresAt: null } as const;

describe("sessions", () => {
  it("give a link to one of many who read it at the same moment", async () => {
    let readers = 0;
    let release = (): void => undefined;
    const allHaveRead = new Promise<void>((resolve) => (release = resolve));
    const { sessions } = await sessionsWith((bucket) => ({
      ...bucket,
      get: async (key) => {
        const entry = await bucket.get(key);
        if (key.startsWith("login.") && (readers += 1) === 5) release();
        if (key.startsWith("login.")) await allHaveRead;
        return entry as never;
      },
    }));
    const { secret } = await sessions.makeLink(maker);
    const opened = await Promise.all(Array.from({ length: 5 }, () => sessions.open(secret)));
    expect(opened.filter((session) => session !== null)).toHaveLength(1);
  });

  it("end after 12 hours without use, live on with use, and end after 7 days whatever happens", async () => {
    shift = 0;
    const { sessions, access } = await sessionsWith();
    const open = async () => (await sessions.open((await sessions.makeLink(maker)).secret))?.secret ?? "";
    const [idle, used] = [await open(), await open()];
    const known = async (secret: string) => (await access.resolve({ kind: "session", secret })) !== null;
    for (let hours = 11; hours < 7 * 24; hours += 11) {
      shift = hours * HOUR;
      expect([hours, await known(used)]).toEqual([hours, true]);
    }
    expect(await known(idle)).toBe(false);
    shift = 7 * 24 * HOUR + 1_000;
    expect(await known(used)).toBe(false);
  });

  it("are swept out of the bucket once they have expired, and only then", async () => {
    shift = 0;
    const { sessions, bucket } = await sessionsWith();
    for (const key of [...(await bucket.keys("session.*")), ...(await bucket.keys("login.*"))])
      await bucket.remove(key);
    await sessions.open((await sessions.makeLink(maker)).secret);
    await sessions.makeLink(maker);
    expect(await sessions.sweep()).toBe(0);
    shift = 11 * 60_000;
    expect(await sessions.sweep()).toBe(1);
    shift = 13 * HOUR;
    expect(await sessions.sweep()).toBe(1);
    expect(await bucket.keys("session.*")).toEqual([]);
  });
});
