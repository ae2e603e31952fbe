import { execFileSync } from "node:child_process";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import Docker from "dockerode";
import { BUSYBOX } from "./needs.ts";

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIG = "application/vnd.docker.container.image.v1+json";
const LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";
const UNKNOWN: Refusal = { status: 404, code: "MANIFEST_UNKNOWN", message: "manifest unknown" };
const PIECE_BYTES = 64 * 1024;

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** How a registry treats those who ask it. */
interface Manners {
  /** Between pieces of 64 KiB of a layer. */
  readonly pauseMs?: number;
  /** Ends the connection after so many bytes of a layer. */
  readonly cutAfter?: number;
  /** Answers every question about an image with this. */
  readonly refusal?: Refusal;
}

/** A registry of images on loopback, where engines take plain HTTP. */
export interface TestRegistry {
  /** `127.0.0.1:port`. */
  readonly address: string;
  manners: Manners;
  /** Bytes of layers that have gone out. */
  readonly sent: number;
  /** Layers that are going out. */
  readonly serving: number;
  /** A new image of busybox under a name of its own or a given one; `layers` layers of `bytes` random bytes each. Gives its name with its tag. */
  add(options?: { name?: string; layers?: number; bytes?: number }): string;
  /** Removes its images from the engine and ends. */
  close(): Promise<void>;
}

const sha256 = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

const layerOf = (bytes: number, withBusybox: boolean): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), "longshore-layer-"));
  try {
    if (withBusybox) {
      mkdirSync(join(folder, "bin"));
      copyFileSync(BUSYBOX, join(folder, "bin", "busybox"));
      for (const name of ["sh", "sleep"]) symlinkSync("busybox", join(folder, "bin", name));
    }
    writeFileSync(join(folder, `unique-${randomUUID()}`), randomBytes(bytes));
    return execFileSync("tar", ["-C", folder, "-cf", "-", "."], { maxBuffer: 64 * 1024 * 1024 });
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** `engine`: one of the test's own that pulls from it; the machine's otherwise. */
export const startRegistry = async (engine = new Docker()): Promise<TestRegistry> => {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, Buffer>();
  const names = new Set<string>();
  const registry = { address: "", manners: {} as Manners, sent: 0, serving: 0 };

  const keep = (bytes: Buffer): { size: number; digest: string } => {
    blobs.set(sha256(bytes), bytes);
    return { size: bytes.length, digest: sha256(bytes) };
  };
  const sendBlob = async (response: ServerResponse, bytes: Buffer): Promise<void> => {
    const { pauseMs = 0, cutAfter = Infinity } = registry.manners;
    response.writeHead(200, { "content-type": "application/octet-stream", "content-length": bytes.length });
    for (let at = 0; at < bytes.length && !response.destroyed; at += PIECE_BYTES) {
      if (at >= cutAfter) return void response.destroy();
      response.write(bytes.subarray(at, at + PIECE_BYTES));
      registry.sent += PIECE_BYTES;
      if (pauseMs > 0) await sleep(pauseMs);
    }
    response.end();
  };
  const refuse = (response: ServerResponse, { status, code, message }: Refusal): void => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ errors: [{ code, message }] }));
  };
  const sendManifest = (response: ServerResponse, bytes: Buffer, withBody: boolean): void => {
    response.writeHead(200, {
      "content-type": MANIFEST,
      "content-length": bytes.length,
      "docker-content-digest": sha256(bytes),
    });
    response.end(withBody ? bytes : undefined);
  };
  const answer = async ({ url = "", method }: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = /^\/v2\/(.+)\/(manifests|blobs)\/([^/?]+)/.exec(url);
    if (!asked) return void response.writeHead(200).end();
    const [, name, kind, reference = ""] = asked;
    const { refusal } = registry.manners;
    if (refusal) return refuse(response, refusal);
    const found = kind === "blobs" ? blobs.get(reference) : manifests.get(`${name}:${reference}`);
    if (!found) return refuse(response, UNKNOWN);
    if (kind === "manifests") return sendManifest(response, found, method !== "HEAD");
    registry.serving += 1;
    await sendBlob(response, found);
    registry.serving -= 1;
  };

  const server = createServer((incoming, response) => {
    response.on("error", () => undefined);
    void answer(incoming, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  registry.address = `127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;

  return Object.assign(registry, {
    add: ({ name = `longshore-test/${randomUUID().slice(0, 8)}`, layers = 1, bytes = 64 } = {}) => {
      const tars = Array.from({ length: layers }, (_, index) => layerOf(bytes, index === 0));
      const config = {
        architecture: "amd64",
        os: "linux",
        created: "2026-01-02T03:04:05Z",
        config: { Labels: { "longshore.test": "registry" }, Cmd: ["/bin/sh"] },
        rootfs: { type: "layers", diff_ids: tars.map(sha256) },
      };
      const manifest = {
        schemaVersion: 2,
        mediaType: MANIFEST,
        config: { mediaType: CONFIG, ...keep(Buffer.from(JSON.stringify(config))) },
        layers: tars.map((tar) => ({ mediaType: LAYER, ...keep(gzipSync(tar, { level: 1 })) })),
      };
      const body = Buffer.from(JSON.stringify(manifest));
      for (const reference of ["1", sha256(body)]) manifests.set(`${name}:${reference}`, body);
      names.add(`${registry.address}/${name}`);
      return `${registry.address}/${name}:1`;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      for (const name of names)
        for (const { Id } of await engine.listImages({ filters: { reference: [name] } }))
          await engine.getImage(Id).remove({ force: true });
    },
  });
};
