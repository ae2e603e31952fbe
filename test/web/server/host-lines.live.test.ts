import { afterEach, expect, it } from "vitest";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { serve } from "#infra/nats/serve.ts";
import type { HostInfo } from "#schema/host-api.ts";
import { querySubject } from "#schema/subjects.ts";
import { openConnectivity } from "../../../web/server/connectivity.ts";
import type { Edge } from "../../../web/server/edge.ts";
import { createHostLines } from "../../../web/server/host-lines.ts";
import { startNats, type TestNats } from "../../support/stack.ts";

let nats: TestNats | undefined;
let connection: NatsConnection | undefined;
afterEach(async () => {
  await connection?.close();
  await nats?.stop();
});

const NAS: HostInfo = {
  name: "nas",
  runner: "",
  address: "ssh://nas",
  reachable: true,
  message: null,
  engine: { id: "E", name: "nas", version: "1", apiVersion: "1.41" } as HostInfo["engine"],
  containers: null,
  images: null,
  observedSince: null,
};

it("a host that several runners reach is asked of another when the one it was asked of is gone", async () => {
  nats = await startNats({ permissions: false });
  const wire = await connectNats({ url: nats.url, seedFile: null, user: "web" });
  connection = wire;
  const present = new Set(["first", "second"]);
  const start = (id: string): (() => void) => {
    const served = [
      serve(
        wire,
        querySubject(id, "hosts"),
        () => Promise.resolve([NAS]),
        () => undefined,
      ),
      serve(
        wire,
        querySubject(id, "inventory"),
        () => Promise.resolve({ items: [{ name: id }], next: null }),
        () => undefined,
      ),
    ];
    return () => {
      present.delete(id);
      for (const subscription of served) subscription.unsubscribe();
    };
  };
  const [stopFirst, stopSecond] = [start("first"), start("second")];
  await wire.flush();
  const roster = {
    present: () => [...present].map((id) => ({ id })),
    get: (id: string) => (id === "first" || id === "second" ? { id } : null),
  };
  const edge = { connection: wire, connectivity: openConnectivity(wire), roster };
  const lines = createHostLines(edge as unknown as Edge);
  expect(await lines.rows("nas", "containers")).toEqual([{ name: "first" }]);
  stopFirst();
  expect(await lines.rows("nas", "containers")).toEqual([{ name: "second" }]);
  stopSecond();
  await expect(lines.rows("nas", "containers")).rejects.toThrow("The runner second does not answer");
});
