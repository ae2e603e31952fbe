import { isAbsolute } from "node:path";

const TLS_PORT = 2376;
const PLAIN_PORT = 2375;
const ENGINE_SOCKET = "/var/run/docker.sock";
/** Names of ~/.ssh/config count too; none may look like an option. */
const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])$/;
const USER = /^[A-Za-z_][A-Za-z0-9._-]{0,63}$/;
const SOCKET = /^(?:\/[A-Za-z0-9_.@+-]{1,100}){1,10}$/;

/** Where an engine is, as its address says. `socket` of an ssh address is a path on the far machine. */
export type Address =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number; readonly tls: boolean }
  | {
      readonly kind: "ssh";
      readonly user: string | null;
      readonly host: string;
      readonly port: number | null;
      readonly socket: string;
    };

const portOf = (text: string, fallback: number): number | undefined => {
  const port = text === "" ? fallback : Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
};

const unix = (text: string): Address | undefined => {
  const path = text.slice("unix://".length);
  return isAbsolute(path) && Buffer.byteLength(path) < 108 ? { kind: "unix", path } : undefined;
};

const tcp = (url: URL, withCerts: boolean): Address | undefined => {
  const port = portOf(url.port, withCerts ? TLS_PORT : PLAIN_PORT);
  const isBare = url.username === "" && url.password === "" && (url.pathname === "" || url.pathname === "/");
  if (port === undefined || !isBare || !HOST.test(url.hostname)) return undefined;
  return { kind: "tcp", host: url.hostname, port, tls: withCerts || port === TLS_PORT };
};

const ssh = (url: URL): Address | undefined => {
  const socket = url.pathname === "" || url.pathname === "/" ? ENGINE_SOCKET : url.pathname;
  const user = url.username === "" ? null : url.username;
  const port = url.port === "" ? null : portOf(url.port, 0);
  if (port === undefined || url.password !== "" || !HOST.test(url.hostname) || !SOCKET.test(socket))
    return undefined;
  if (user !== null && !USER.test(user)) return undefined;
  return { kind: "ssh", user, host: url.hostname, port, socket };
};

/** Undefined when it is no address of an engine. TLS is spoken with certificates, and on port 2376 always. */
export const parseAddress = (text: string, withCerts: boolean): Address | undefined => {
  if (text.startsWith("unix://")) return unix(text);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.search !== "" || url.hash !== "") return undefined;
  if (url.protocol === "tcp:") return tcp(url, withCerts);
  return url.protocol === "ssh:" ? ssh(url) : undefined;
};
