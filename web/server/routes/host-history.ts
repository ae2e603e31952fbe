import type { FastifyInstance } from "fastify";
import Type, { type Static } from "typebox";
import type { DiskReport } from "#schema/host-api.ts";
import { type HostDisk, HostRunsQuery } from "#schema/ledger-api.ts";
import { isReference } from "#schema/stored.ts";
import type { Edge } from "../edge.ts";
import { diskResults, type DiskResult, hostRuns } from "../queries/host-history.ts";

const HostParams = Type.Object({
  name: Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", description: "Host name." }),
});
type Params = { Params: Static<typeof HostParams> };

const MOST_POINTS = 90;
/** Reports are small unless a host has very many kinds of large things; each large one is a read of its own. */
const MOST_LOADED = 10;

interface Found {
  readonly task: string;
  readonly report: DiskReport;
}

const isReport = (value: unknown): value is DiskReport =>
  typeof value === "object" && value !== null && Array.isArray((value as Partial<DiskReport>).kinds);

/** Reports oldest first; what cannot be loaded, or is too much to load, is left out. */
const reportsOf = async ({ payloads }: Edge, results: readonly DiskResult[]): Promise<Found[]> => {
  const large = results.filter(({ result }) => isReference(result)).slice(0, MOST_LOADED);
  const found = await Promise.all(
    results.map(async ({ task, result }) => {
      if ("value" in result) return { task, report: result.value };
      const wanted = large.some((one) => one.task === task);
      return { task, report: wanted ? await payloads.load(task, result) : null };
    }),
  );
  return found.flatMap(({ task, report }) => (isReport(report) ? [{ task, report }] : [])).toReversed();
};

const pointOf = ({ report: { at, kinds } }: Found): HostDisk["trend"][number] => ({
  at,
  bytes: kinds.reduce((sum, { bytes }) => sum + bytes, 0),
  reclaimable: kinds.reduce((sum, { reclaimable }) => sum + reclaimable, 0),
});

/** What maintenance has found and done on a host, also on one that is away. */
export const hostHistoryRoutes = (app: FastifyInstance, edge: Edge): void => {
  app.get<Params>(
    "/api/hosts/:name/disk",
    {
      config: { policy: "view" },
      schema: {
        tags: ["hosts"],
        summary: "Disk use of a host as its docker.disk-usage tasks found it, and how it developed",
        params: HostParams,
      },
    },
    async ({ params: { name } }): Promise<HostDisk> => {
      const results = await edge.history.read((sql) => diskResults(sql, name, MOST_POINTS));
      const reports = await reportsOf(edge, results);
      const latest = reports.at(-1);
      return { latest: latest?.report ?? null, task: latest?.task ?? null, trend: reports.map(pointOf) };
    },
  );
  app.get<Params & { Querystring: Static<typeof HostRunsQuery> }>(
    "/api/hosts/:name/runs",
    {
      config: { policy: "view" },
      schema: {
        tags: ["hosts"],
        summary: "A host's maintenance tasks, newest first",
        params: HostParams,
        querystring: HostRunsQuery,
      },
    },
    ({ params: { name }, query: { limit } }) => edge.history.read((sql) => hostRuns(sql, name, limit)),
  );
};
