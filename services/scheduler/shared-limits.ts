/** Limits that are reached and eased for reasons of their own, not because of who waits. */

/** The limit that says of a runner that it is out of service: all its work shares that reason to wait. */
const CORDON = "runner:";
/** Hosts under pressure, as their monitor says. */
const HOST = "host:";
/** No new task is taken. */
export const JOURNAL_LIMIT = "journal";

export const cordonOf = (runner: string): string => `${CORDON}${runner}`;

/** It begins and ends when somebody else says so. */
export const isSaid = (limit: string): boolean =>
  limit.startsWith(CORDON) || limit.startsWith(HOST) || limit === JOURNAL_LIMIT;
