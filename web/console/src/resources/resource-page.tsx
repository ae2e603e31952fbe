import "../styles/resources.css";
import { Button, Select, Tooltip } from "@mantine/core";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Sparkles } from "lucide-react";
import type { ReactNode } from "react";
import { HOST_LISTS, type HostInfo, type HostList } from "#schema/host-api.ts";
import { BUILD_CACHE } from "../build-cache/build-cache.tsx";
import { ContainerBar } from "../containers/container-bar.tsx";
import { CONTAINERS } from "../containers/containers.tsx";
import { engineWords } from "../hosts/engine-words.ts";
import { EngineAway, NoRunner } from "../hosts/engine-trouble.tsx";
import { useHosts } from "../hosts/use-hosts.ts";
import { IMAGES } from "../images/images.tsx";
import { useTitle } from "../live/live-context.tsx";
import { NETWORKS } from "../networks/networks.tsx";
import { FailureNotice, Notice } from "../show/notice.tsx";
import { VOLUMES } from "../volumes/volumes.tsx";
import { CleanableList } from "./cleanable-list.tsx";
import { CLEANUP } from "./cleanup.ts";
import { useCleanupObstacle } from "./cleanup-bar.tsx";
import { ResourceList } from "./resource-list.tsx";

const ROUTE = "/shell/hosts/$host/$list";

const TITLES: Record<HostList, string> = {
  containers: CONTAINERS.title,
  images: IMAGES.title,
  volumes: VOLUMES.title,
  networks: NETWORKS.title,
  "build-cache": BUILD_CACHE.title,
};

const LISTS: Record<HostList, (host: HostInfo) => ReactNode> = {
  containers: (host) => (
    <ResourceList
      host={host}
      resource={CONTAINERS}
      bar={(of) => <ContainerBar key={host.name} host={host} {...of} />}
    />
  ),
  images: (host) => <CleanableList host={host} resource={IMAGES} />,
  volumes: (host) => <CleanableList host={host} resource={VOLUMES} />,
  networks: (host) => <CleanableList host={host} resource={NETWORKS} />,
  "build-cache": (host) => <CleanableList host={host} resource={BUILD_CACHE} />,
};

interface OnHostProps {
  readonly host: string;
  readonly list: HostList;
}

/** The other lists of the same host. */
const Tabs = ({ host, list }: OnHostProps) => (
  <nav className="list-tabs" aria-label={`What is on ${host}`}>
    {HOST_LISTS.map((each) => (
      <Link
        key={each}
        to="/hosts/$host/$list"
        params={{ host, list: each }}
        search={{}}
        className="list-tab"
        aria-current={each === list ? "page" : undefined}
      >
        {TITLES[each]}
      </Link>
    ))}
  </nav>
);

const CleanUp = ({ host, list }: OnHostProps) => {
  const obstacle = useCleanupObstacle(list);
  if (obstacle !== null) {
    return (
      <Tooltip label={obstacle}>
        <Button size="xs" variant="default" leftSection={<Sparkles size={14} />} data-disabled aria-disabled>
          Clean up…
        </Button>
      </Tooltip>
    );
  }
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<Sparkles size={14} />}
      data-testid="clean-up"
      renderRoot={(props) => <Link to="/new" search={{ type: CLEANUP[list], host }} {...props} />}
    >
      Clean up…
    </Button>
  );
};

interface HostSwitchProps extends OnHostProps {
  readonly hosts: readonly HostInfo[];
}

/** Another host, the same list and filters. */
const HostSwitch = ({ host, list, hosts }: HostSwitchProps) => {
  const navigate = useNavigate();
  const search = useSearch({ from: ROUTE });
  return (
    <Select
      size="xs"
      w={170}
      aria-label="Host"
      data-testid="host-switch"
      data={hosts.map(({ name, reachable }) => ({ value: name, label: reachable ? name : `${name} (away)` }))}
      value={host}
      onChange={(next) =>
        next !== null && void navigate({ to: "/hosts/$host/$list", params: { host: next, list }, search })
      }
      allowDeselect={false}
    />
  );
};

const NoSuchHost = ({ name }: { readonly name: string }) => (
  <Notice title={`There is no host “${name}”`}>
    <Button size="xs" variant="default" renderRoot={(props) => <Link to="/hosts" {...props} />}>
      All hosts
    </Button>
  </Notice>
);

/** One of the lists of what is on a host. */
export const ResourcePage = () => {
  const { host: name, list: wished } = useParams({ from: ROUTE });
  const list = HOST_LISTS.find((each) => each === wished) ?? "containers";
  useTitle(`${TITLES[list]} on ${name}`);
  const hosts = useHosts();
  const again = (): void => void hosts.refetch();
  const all = hosts.data?.items ?? [];
  const host = all.find((each) => each.name === name);
  return (
    <section className="list-page">
      <div className="page-head resource-head">
        <h1>{TITLES[list]}</h1>
        {all.length > 1 || (host === undefined && all.length > 0) ? (
          <HostSwitch host={name} list={list} hosts={all} />
        ) : (
          <span className="muted">on {name}</span>
        )}
        {host && <span className="muted engine-words">{engineWords(host)}</span>}
        <span className="spring" />
        {host?.reachable && <CleanUp host={name} list={list} />}
      </div>
      <Tabs host={name} list={list} />
      {hosts.isPending && <div className="panel-wait">Looking for hosts…</div>}
      {hosts.isError && (
        <FailureNotice title="The hosts could not be listed" error={hosts.error} onRetry={again} />
      )}
      {hosts.isSuccess && all.length === 0 && <NoRunner onRetry={again} />}
      {all.length > 0 && host === undefined && <NoSuchHost name={name} />}
      {host?.reachable === false && (
        <EngineAway message={host.message ?? "It does not answer."} onRetry={again} />
      )}
      {/* Another host or list is another page: nothing chosen there is chosen here. */}
      {host?.reachable && (
        <div key={`${name}/${list}`} className="resource-body">
          {LISTS[list](host)}
        </div>
      )}
    </section>
  );
};
