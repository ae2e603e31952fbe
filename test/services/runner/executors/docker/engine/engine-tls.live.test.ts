import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, openEngine } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import { lacks } from "../../../../../support/needs.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { startTlsEngine, type TlsEngine } from "./tls-engine.ts";

describe.skipIf(lacks.docker)("an engine behind TLS", () => {
  let engine: TlsEngine;
  beforeAll(async () => {
    engine = await startTlsEngine(temporaryFolder("tls"));
  });
  afterAll(() => engine.close());

  const open = (certs: string | null, { host = "127.0.0.1", tls = true } = {}): Engine =>
    openEngine({
      dial: { kind: "tcp", host, port: engine.port, tls, certs },
      address: `tcp://${host}:${engine.port}`,
      pinned: null,
    });
  /** What a person is told about a host that does not let us in. */
  const told = async (one: Engine): Promise<string> => {
    const error: unknown = await one.ping().then(
      () => "it let us in",
      (refusal: unknown) => refusal,
    );
    return one.explain(error);
  };

  it("is worked with by who has its certificates, over one API and one stream of events", async () => {
    const one = open(engine.certs);
    await one.ping();
    const signal = AbortSignal.timeout(10_000);
    const own = openEngine();
    expect((await one.about(signal)).id).toBe((await own.about(signal)).id);
    expect(await one.list(signal)).toBeInstanceOf(Array);
    const ended = new AbortController();
    const stream = await one.stream({ method: "GET", path: "/events" }, ended.signal);
    expect(stream.readable).toBe(true);
    stream.on("error", () => undefined);
    ended.abort();
  });

  it("lets nobody in without a certificate, or with that of another authority", async () => {
    expect(await told(open(engine.strangers))).toMatch(/No trusted connection|does not answer/);
    const wary = await told(open(engine.wary));
    expect(wary).toMatch(
      /No trusted connection to the container engine could be made: .*(self|verify|issuer)/i,
    );
    expect(await told(open(null))).toMatch(/No trusted connection/);
  });

  it("is told from one that speaks no TLS, and must be who its certificate says", async () => {
    expect(await told(open(null, { tls: false }))).toMatch(/does not answer|does not let Longshore in/);
    expect(await told(open(engine.certs, { host: "localhost" }))).toMatch(
      /No trusted connection.*(altnames|cert's CN)/,
    );
  });

  it("says which certificate is missing", async () => {
    const missing = join(temporaryFolder("no-certs"), "nothing");
    expect(await told(open(missing))).toBe(`The certificate file ${missing}/ca.pem cannot be read (ENOENT).`);
  });
});
