import { pino } from "pino";
import { expect, it } from "vitest";
import { isOutage, untilItWorks } from "../../../services/projector/outage.ts";

const coded = (code: unknown): Error => Object.assign(new Error("x"), { code });
const named = (name: string): Error => Object.assign(new Error("x"), { name });

it("what passes by itself is an outage: sockets, restarts, conflicts, lack of room", () => {
  for (const code of [
    "ECONNREFUSED",
    "CONNECTION_CLOSED",
    "57P01",
    "57P03",
    "40P01",
    "53100",
    "08006",
    503,
  ]) {
    expect(isOutage(coded(code)), String(code)).toBe(true);
  }
  for (const name of ["TimeoutError", "NoResponders", "ConnectionError"])
    expect(isOutage(named(name))).toBe(true);
});

it("what will never pass is none: bad values, bugs, closed connections", () => {
  for (const code of ["22P05", "23505", "42703", "54001", 10_059, undefined]) {
    expect(isOutage(coded(code)), String(code)).toBe(false);
  }
  for (const error of [named("TypeError"), named("ClosedConnectionError"), "a string", undefined]) {
    expect(isOutage(error)).toBe(false);
  }
});

it("an outage is logged once however long it lasts, and its end once", async () => {
  const said: string[] = [];
  const log = pino(
    {},
    { write: (line: string) => void said.push((JSON.parse(line) as { msg: string }).msg) },
  );
  let attempts = 0;
  await untilItWorks({
    signal: new AbortController().signal,
    log,
    attempt: async (works) => {
      attempts += 1;
      if (attempts < 4) throw coded("ECONNREFUSED");
      works();
      works();
    },
  });
  expect(said).toEqual([
    "Postgres or NATS does not answer; trying again until it does",
    "the connection is back",
  ]);
});

it("any other error is thrown at once", async () => {
  const attempt = () => Promise.reject(coded("42703"));
  const log = pino({ level: "silent" });
  await expect(untilItWorks({ signal: new AbortController().signal, log, attempt })).rejects.toThrow("x");
});
