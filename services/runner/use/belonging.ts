import type { Seen } from "../processes/process-scan.ts";

/**
 * Whose each process is: what `roots` (by pid) says, else whose its nearest ancestor is that has an owner. Those of nobody
 * are left out.
 */
export const belonging = (
  processes: readonly Pick<Seen, "pid" | "parent">[],
  roots: ReadonlyMap<number, string>,
): ReadonlyMap<number, string> => {
  const parents = new Map(processes.map(({ pid, parent }) => [pid, parent]));
  const owners = new Map<number, string | undefined>();
  const ownerOf = (pid: number): string | undefined => {
    const line: number[] = [];
    let at: number | undefined = pid;
    // Each is looked at once. Pids used anew meanwhile may even make a circle.
    for (; at !== undefined && !owners.has(at) && !roots.has(at); at = parents.get(at)) {
      owners.set(at, undefined);
      line.push(at);
    }
    const owner = at === undefined ? undefined : (roots.get(at) ?? owners.get(at));
    for (const member of line) owners.set(member, owner);
    return owner;
  };
  return new Map(
    processes.flatMap(({ pid }) => {
      const owner = ownerOf(pid);
      return owner === undefined ? [] : [[pid, owner]];
    }),
  );
};
