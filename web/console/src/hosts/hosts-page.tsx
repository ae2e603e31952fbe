import "../styles/hosts.css";
import { plural } from "../show/words.ts";
import { useTitle } from "../live/live-context.tsx";
import { FailureNotice } from "../show/notice.tsx";
import { NoRunner } from "./engine-trouble.tsx";
import { HostCard } from "./host-card.tsx";
import { useHosts } from "./use-hosts.ts";

/** The container hosts. */
export const HostsPage = () => {
  useTitle("Hosts");
  const hosts = useHosts({ counts: true });
  const again = (): void => void hosts.refetch();
  const items = hosts.data?.items ?? [];
  const away = items.filter(({ reachable }) => !reachable).length;
  return (
    <section className="hosts-page">
      <div className="page-head">
        <h1>Hosts</h1>
        {items.length > 0 && (
          <span className="muted">
            {plural(items.length, "host")}
            {away > 0 && `, ${away} away`}
          </span>
        )}
      </div>
      {hosts.isPending && <div className="panel-wait">Looking for hosts…</div>}
      {hosts.isError && (
        <FailureNotice title="The hosts could not be listed" error={hosts.error} onRetry={again} />
      )}
      {hosts.isSuccess && items.length === 0 && <NoRunner onRetry={again} />}
      <div className="host-cards">
        {items.map((host) => (
          <HostCard key={`${host.runner} ${host.name}`} host={host} />
        ))}
      </div>
    </section>
  );
};
