import type { HostInfo } from "#schema/host-api.ts";

const told = (hosts: readonly HostInfo[]): readonly HostInfo[] => {
  const [{ name } = { name: "" }] = hosts;
  const runners = hosts.map(({ runner }) => runner).join(" and ");
  const message = `The runners ${runners} each call another engine ${name}: work for it may go to either. Give one of these hosts another name.`;
  return hosts.map((host) => ({ ...host, message }));
};

/** One host for each engine of a name: the first of the runners that reach it. */
const engines = (hosts: readonly HostInfo[]): readonly HostInfo[] => {
  const byEngine = new Map<string, HostInfo>();
  for (const host of hosts)
    if (host.engine !== null && !byEngine.has(host.engine.id)) byEngine.set(host.engine.id, host);
  return [...byEngine.values()];
};

/** Hosts as people see them: what several runners reach is listed once, and different engines of one name say so. */
export const asOne = (hosts: readonly HostInfo[]): readonly HostInfo[] => {
  const names = [...new Set(hosts.map(({ name }) => name))];
  return names.flatMap((wanted) => {
    const same = hosts.filter(({ name }) => name === wanted);
    const different = engines(same);
    if (different.length > 1) return told(different);
    return different.length === 1 ? different : same.slice(0, 1);
  });
};
