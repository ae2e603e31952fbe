import { join } from "node:path";

interface NatsUser {
  publicKey: string;
  publish: readonly string[];
  subscribe: readonly string[];
  answers: boolean;
}

export interface NatsConfig {
  port: number;
  folder: string;
  /** Most bytes JetStream may keep on disk. */
  maxFileStore: number;
  /** Empty = no authorisation at all (tests that bring their own subjects). */
  users: NatsUser[];
}

const MIB = 1024 * 1024;

const list = (subjects: readonly string[]): string =>
  `[${subjects.map((subject) => JSON.stringify(subject)).join(", ")}]`;

const userLine = ({ publicKey, publish, subscribe, answers }: NatsUser): string =>
  `    { nkey: ${publicKey}, permissions: { publish: { allow: ${list(publish)} }, ` +
  `subscribe: { allow: ${list(subscribe)} }${answers ? ", allow_responses: true" : ""} } }`;

/** The configuration file of the embedded server: loopback only, every write on disk before its ack. */
export const renderNatsConfig = ({ port, folder, maxFileStore, users }: NatsConfig): string =>
  [
    `listen: "127.0.0.1:${port}"`,
    `pid_file: ${JSON.stringify(join(folder, "nats.pid"))}`,
    `max_payload: ${8 * MIB}`,
    "jetstream {",
    `  store_dir: ${JSON.stringify(join(folder, "store"))}`,
    "  sync_interval: always",
    `  max_mem_store: ${256 * MIB}`,
    `  max_file_store: ${maxFileStore}`,
    "}",
    ...(users.length === 0 ? [] : ["authorization {", "  users = [", ...users.map(userLine), "  ]", "}"]),
    "",
  ].join("\n");
