import { Navigate, useSearch } from "@tanstack/react-router";
import { NoRunner } from "../hosts/engine-trouble.tsx";
import { useHosts } from "../hosts/use-hosts.ts";
import { useTitle } from "../live/live-context.tsx";
import { FailureNotice } from "../show/notice.tsx";

/** The containers of the first host that answers, for those who name none. */
export const FirstHost = () => {
  useTitle("Containers");
  const search = useSearch({ from: "/shell/containers" });
  const hosts = useHosts();
  const again = (): void => void hosts.refetch();
  if (hosts.isPending) return <div className="panel-wait">Looking for hosts…</div>;
  if (hosts.isError) {
    return <FailureNotice title="The hosts could not be listed" error={hosts.error} onRetry={again} />;
  }
  const { items } = hosts.data;
  const first = items.find(({ reachable }) => reachable) ?? items[0];
  if (first === undefined) return <NoRunner onRetry={again} />;
  return (
    <Navigate
      to="/hosts/$host/$list"
      params={{ host: first.name, list: "containers" }}
      search={search}
      replace
    />
  );
};
