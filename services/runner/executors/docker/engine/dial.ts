import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DockerOptions } from "dockerode";
import { EngineRefused } from "./refused.ts";

/** How an engine is reached: as DOCKER_HOST says, by a socket's path, or over TCP, with TLS where `tls` says so. */
export type Dial =
  | { readonly kind: "own" }
  | { readonly kind: "socket"; readonly path: string }
  | {
      readonly kind: "tcp";
      readonly host: string;
      readonly port: number;
      readonly tls: boolean;
      /** Folder with ca.pem, cert.pem and key.pem; null for the system's authorities and no certificate of ours. */
      readonly certs: string | null;
    };

const pem = (folder: string, name: string): string => {
  const path = join(folder, name);
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as { code?: string }).code ?? "it cannot be read";
    throw new EngineRefused(`The certificate file ${path} cannot be read (${code}).`);
  }
};

/** DOCKER_HOST and its like speak of the runner's own engine alone, so what they would set is taken back. */
const NOTHING_OF_DOCKER_HOST = {
  host: undefined,
  port: undefined,
  pathPrefix: "/",
  ca: undefined,
  cert: undefined,
  key: undefined,
  timeout: undefined,
} as const;

/** What the client library is given; certificates are read anew, for they are renewed. Throws EngineRefused. */
export const clientOptions = (dial: Dial): DockerOptions => {
  if (dial.kind === "own") return {};
  if (dial.kind === "socket")
    return { ...NOTHING_OF_DOCKER_HOST, protocol: "http", socketPath: dial.path } as unknown as DockerOptions;
  const { host, port, certs } = dial;
  const credentials =
    certs === null
      ? {}
      : { ca: pem(certs, "ca.pem"), cert: pem(certs, "cert.pem"), key: pem(certs, "key.pem") };
  const protocol = dial.tls ? "https" : "http";
  return { ...NOTHING_OF_DOCKER_HOST, protocol, host, port, ...credentials } as unknown as DockerOptions;
};
