import { existsSync } from "node:fs";
import type { Limits } from "#schema/executor-type.ts";

/** util-linux's, where distributions put it. */
const PLACES = ["/usr/bin/prlimit", "/bin/prlimit"];

export const hasRlimits = ({ files, fileBytes }: Limits): boolean =>
  files !== undefined || fileBytes !== undefined;

/** The program and its arguments behind one that sets the limits only a process can have. As they are where there is none or it cannot. */
export const withinRlimits = (
  argv: readonly [string, ...string[]],
  limits: Limits,
): [string, ...string[]] => {
  const { files, fileBytes } = limits;
  const prlimit = hasRlimits(limits) ? PLACES.find((place) => existsSync(place)) : undefined;
  if (prlimit === undefined) return [...argv];
  const set = [
    ...(files === undefined ? [] : [`--nofile=${files}:${files}`]),
    ...(fileBytes === undefined ? [] : [`--fsize=${fileBytes}:${fileBytes}`]),
  ];
  return [prlimit, ...set, "--core=0:0", "--", ...argv];
};

/** The lower of two in each limit: a task may lower what its type declares, never raise it. */
export const lowerLimits = (declared: Limits, asked: Limits): Limits => {
  const names = new Set([...Object.keys(declared), ...Object.keys(asked)] as (keyof Limits)[]);
  return Object.fromEntries(
    [...names].map((name) => [name, Math.min(declared[name] ?? Infinity, asked[name] ?? Infinity)]),
  );
};
