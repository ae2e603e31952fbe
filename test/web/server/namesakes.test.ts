import { expect, it } from "vitest";
import type { HostInfo } from "#schema/host-api.ts";
import { asOne } from "../../../web/server/namesakes.ts";

const host = (runner: string, name: string, engine: string | null): HostInfo => ({
  name,
  runner,
  address: "unix:///var/run/docker.sock",
  reachable: engine !== null,
  message: engine === null ? "Connection refused." : null,
  engine:
    engine === null
      ? null
      : {
          id: engine,
          name,
          product: "docker",
          version: "1",
          apiVersion: "1.41",
          os: "linux",
          processors: 1,
          memoryBytes: 1,
        },
  containers: null,
  images: null,
  observedSince: null,
});
const seen = (hosts: readonly HostInfo[]) => asOne(hosts).map(({ runner, name }) => `${name} by ${runner}`);

it("a host that several runners reach is listed once, by one that reaches it now", () => {
  const hosts = [
    host("a", "nas", null),
    host("b", "nas", "E1"),
    host("c", "nas", "E1"),
    host("a", "a", "E2"),
  ];
  expect(seen(hosts)).toEqual(["nas by b", "a by a"]);
  expect(asOne(hosts)[0]?.message).toBeNull();
});

it("a host that nobody reaches is listed once, with why", () => {
  expect(asOne([host("a", "nas", null), host("b", "nas", null)])).toMatchObject([
    { runner: "a", message: "Connection refused." },
  ]);
});

it("two engines of one name are both listed, and each says so", () => {
  const hosts = [host("a", "nas", "E1"), host("b", "nas", "E2")];
  expect(seen(hosts)).toEqual(["nas by a", "nas by b"]);
  for (const { message } of asOne(hosts))
    expect(message).toBe(
      "The runners a and b each call another engine nas: work for it may go to either. Give one of these hosts another name.",
    );
});
