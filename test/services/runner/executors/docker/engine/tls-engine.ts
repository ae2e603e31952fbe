import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { createServer } from "node:tls";
import { bindSockets } from "../../../../../support/bind-sockets.ts";
import { ENGINE_SOCKET } from "../../../../../support/engine-socket.ts";

/** The engine behind TLS on a loopback port, which lets in only who shows a certificate of its authority. */
export interface TlsEngine {
  readonly port: number;
  /** Folder with ca.pem, cert.pem and key.pem of a client that is let in. */
  readonly certs: string;
  /** The same folder of a client that trusts the authority and whose own certificate is another's. */
  readonly strangers: string;
  /** The client's own certificate is right, but it trusts another authority. */
  readonly wary: string;
  close(): Promise<void>;
}

/** Keys and certificates of one authority, a server at 127.0.0.1 and a client. */
const makeAuthority = (folder: string): { readonly server: string; readonly client: string } => {
  mkdirSync(folder, { recursive: true });
  const openssl = (...args: string[]): void =>
    void execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...key,
    "-keyout",
    "ca-key.pem",
    "-out",
    "ca.pem",
    "-subj",
    "/CN=test",
    "-days",
    "2",
  );
  const issue = (name: string, extension: string): string => {
    const place = join(folder, name);
    mkdirSync(place);
    cpSync(join(folder, "ca.pem"), join(place, "ca.pem"));
    writeFileSync(join(place, "extension"), extension);
    openssl("req", ...key, "-keyout", `${name}/key.pem`, "-out", `${name}/csr.pem`, "-subj", `/CN=${name}`);
    const signed = ["-in", `${name}/csr.pem`, "-out", `${name}/cert.pem`, "-extfile", `${name}/extension`];
    openssl(
      "x509",
      "-req",
      ...signed,
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca-key.pem",
      "-CAcreateserial",
      "-days",
      "2",
    );
    return place;
  };
  return {
    server: issue("server", "subjectAltName=IP:127.0.0.1"),
    client: issue("client", "extendedKeyUsage=clientAuth"),
  };
};

const mixed = (folder: string, authority: string, owner: string): string => {
  mkdirSync(folder);
  cpSync(join(authority, "ca.pem"), join(folder, "ca.pem"));
  for (const name of ["cert.pem", "key.pem"]) cpSync(join(owner, name), join(folder, name));
  return folder;
};

export const startTlsEngine = async (folder: string, target = ENGINE_SOCKET): Promise<TlsEngine> => {
  const { server: own, client: certs } = makeAuthority(join(folder, "ours"));
  const { client: other } = makeAuthority(join(folder, "theirs"));
  const read = (name: string): Buffer => readFileSync(join(own, name));
  const sockets = new Set<Socket>();
  const server = createServer(
    {
      ca: read("ca.pem"),
      cert: read("cert.pem"),
      key: read("key.pem"),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (client) => {
      const upstream = connect(target);
      bindSockets(sockets, client, upstream);
      client.pipe(upstream).pipe(client);
    },
  );
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    certs,
    strangers: mixed(join(folder, "strangers"), certs, other),
    wary: mixed(join(folder, "wary"), other, certs),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
};
