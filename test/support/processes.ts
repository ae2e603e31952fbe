import { readdirSync } from "node:fs";
import { commandLine } from "#infra/embedded/process-identity.ts";

/** The command lines of running processes that mention `text`. Read from /proc: a small machine has no ps. */
export const processesNaming = (text: string): string[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => commandLine(Number(pid)).join(" "))
    .filter((line) => line.includes(text));
