import { Button, Select, Tooltip } from "@mantine/core";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Sparkles } from "lucide-react";
import { HOST_LISTS, type HostInfo, type HostList } from "#schema/host-api.ts";
import { engineWords } from "../hosts/engine-words.ts";
import { useCurrentInSight } from "../show/use-current-in-sight.ts";
import { CLEANUP } from "./cleanup.ts";
import { useCleanupObstacle } from "./cleanup-bar.tsx";
import { TITLES } from "./lists.tsx";

interface OnHostProps {
  readonly host: string;
  readonly list: HostList;
}

/** The other lists of the same host. */
const Tabs = ({ host, list }: OnHostProps) => {
  const row = useCurrentInSight<HTMLElement>(list);
  return (
    <nav ref={row} className="list-tabs" aria-label={`What is on ${host}`}>
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
};

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
  const search = useSearch({ from: "/shell/hosts/$host/$list" });
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

/** Which list of which host, the way to the others, and to a clean-up. */
export const PageHead = ({ host: name, list, hosts }: HostSwitchProps) => {
  const host = hosts.find((each) => each.name === name);
  return (
    <>
      <div className="page-head resource-head">
        <h1>{TITLES[list]}</h1>
        {hosts.length > 1 || (host === undefined && hosts.length > 0) ? (
          <HostSwitch host={name} list={list} hosts={hosts} />
        ) : (
          <span className="muted">on {name}</span>
        )}
        {host && <span className="muted engine-words">{engineWords(host)}</span>}
        <span className="spring" />
        {host?.reachable && <CleanUp host={name} list={list} />}
      </div>
      <Tabs host={name} list={list} />
    </>
  );
};
