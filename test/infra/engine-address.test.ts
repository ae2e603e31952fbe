import { describe, expect, it } from "vitest";
import { parseAddress } from "#infra/engine-address.ts";

describe("the address of an engine", () => {
  it("is a socket, a port with or without TLS, or a machine reached by ssh", () => {
    expect(parseAddress("unix:///run/podman/podman.sock", false)).toEqual({
      kind: "unix",
      path: "/run/podman/podman.sock",
    });
    expect(parseAddress("tcp://10.0.0.7", false)).toEqual({
      kind: "tcp",
      host: "10.0.0.7",
      port: 2375,
      tls: false,
    });
    expect(parseAddress("tcp://nas:2376/", false)).toMatchObject({ port: 2376, tls: true });
    expect(parseAddress("tcp://nas", true)).toMatchObject({ port: 2376, tls: true });
    expect(parseAddress("tcp://nas:4000", true)).toMatchObject({ port: 4000, tls: true });
    expect(parseAddress("tcp://[fe80::1]:2375", false)).toMatchObject({ host: "[fe80::1]" });
    expect(parseAddress("ssh://me@nas:2222", false)).toEqual({
      kind: "ssh",
      user: "me",
      host: "nas",
      port: 2222,
      socket: "/var/run/docker.sock",
    });
    expect(parseAddress("ssh://nas/run/user/1000/podman/podman.sock", false)).toMatchObject({
      user: null,
      port: null,
      socket: "/run/user/1000/podman/podman.sock",
    });
  });

  it.each([
    "",
    "nas",
    "unix://",
    "unix://relative",
    `unix:///${"a".repeat(110)}`,
    "http://nas:2375",
    "tcp://",
    "tcp://nas:0",
    "tcp://nas:70000",
    "tcp://nas:2375/images/prune",
    "tcp://me@nas:2375",
    "tcp://nas:2375?x=1",
    "ssh://",
    "ssh://-oProxyCommand=x",
    "ssh://-lroot@nas",
    "ssh://me:secret@nas",
    "ssh://nas/var/run/a b.sock",
    "ssh://nas/a:b",
    "ssh://nas#x",
  ])("is not %j", (text) => {
    expect(parseAddress(text, false)).toBeUndefined();
  });
});
