import type { HostInfo, HostList } from "#schema/host-api.ts";
import { CleanupBar } from "./cleanup-bar.tsx";
import type { Resource } from "./resource.ts";
import { ResourceList } from "./resource-list.tsx";

interface CleanableListProps<L extends HostList> {
  readonly host: HostInfo;
  readonly resource: Resource<L>;
}

/** A list whose chosen rows can be cleaned up after a look at the plan. */
export const CleanableList = <L extends HostList>({ host, resource }: CleanableListProps<L>) => {
  const { list, one, many, idOf } = resource;
  return (
    <ResourceList
      host={host}
      resource={resource}
      bar={({ chosen, hidden, onClear }) =>
        chosen.length > 0 && (
          <CleanupBar
            host={host}
            list={list}
            one={one}
            many={many}
            ids={chosen.map(idOf)}
            hidden={hidden}
            onClear={onClear}
          />
        )
      }
    />
  );
};
