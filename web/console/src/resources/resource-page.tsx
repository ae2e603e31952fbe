import "../styles/resources.css";
import { Button } from "@mantine/core";
import { Link, useParams } from "@tanstack/react-router";
import { HOST_LISTS, type HostInfo, type HostList } from "#schema/host-api.ts";
import { EngineAway, NoRunner } from "../hosts/engine-trouble.tsx";
import { useHosts } from "../hosts/use-hosts.ts";
import { useTitle } from "../live/live-context.tsx";
import { FailureNotice, Notice } from "../show/notice.tsx";
import { LISTS, TITLES } from "./lists.tsx";
import { PageHead } from "./page-head.tsx";

const NoSuchHost = ({ name }: { readonly name: string }) => (
  <Notice title={`There is no host “${name}”`}>
    <Button size="xs" variant="default" renderRoot={(props) => <Link to="/hosts" {...props} />}>
      All hosts
    </Button>
  </Notice>
);

interface OnHostProps {
  readonly host: HostInfo;
  readonly list: HostList;
  readonly onRetry: () => void;
}

const OnHost = ({ host, list, onRetry }: OnHostProps) =>
  host.reachable ? (
    <div className="resource-body">{LISTS[list](host)}</div>
  ) : (
    <EngineAway host={host} message={host.message ?? "It does not answer."} onRetry={onRetry} />
  );

/** One of the lists of what is on a host. */
export const ResourcePage = () => {
  const { host: name, list: wished } = useParams({ from: "/shell/hosts/$host/$list" });
  const list = HOST_LISTS.find((each) => each === wished) ?? "containers";
  useTitle(`${TITLES[list]} on ${name}`);
  const hosts = useHosts();
  const again = (): void => void hosts.refetch();
  const all = hosts.data?.items ?? [];
  const host = all.find((each) => each.name === name);
  return (
    <section className="list-page">
      <PageHead host={name} list={list} hosts={all} />
      {hosts.isPending && <div className="panel-wait">Looking for hosts…</div>}
      {hosts.isError && (
        <FailureNotice title="The hosts could not be listed" error={hosts.error} onRetry={again} />
      )}
      {hosts.isSuccess && all.length === 0 && <NoRunner onRetry={again} />}
      {all.length > 0 && host === undefined && <NoSuchHost name={name} />}
      {/* Another host or list is another page: nothing chosen there is chosen here. */}
      {host && <OnHost key={`${name}/${list}`} host={host} list={list} onRetry={again} />}
    </section>
  );
};
