const PROJECT = "com.docker.compose.project";
const SERVICE = "com.docker.compose.service";
const DEPENDS_ON = "com.docker.compose.depends_on";

type Labels = Readonly<Record<string, string>>;

/** A container as a compose file knows it. */
export interface Service {
  /** Project and name: what its replicas have in common. */
  readonly key: string;
  /** The services it depends on. `ended`: it waits until those have done their work and ended. */
  readonly needs: readonly { readonly key: string; readonly ended: boolean }[];
}

const keyOf = (project: string, service: string): string => `${project}\n${service}`;

/** What its labels say: `depends_on` is `db:service_healthy:false,setup:service_completed_successfully:true`. Null: not compose's. */
export const serviceOf = (labels: Labels = {}): Service | null => {
  const { [PROJECT]: project, [SERVICE]: service, [DEPENDS_ON]: depends = "" } = labels;
  if (!project || !service) return null;
  const needs = depends.split(",").flatMap((entry) => {
    const [name = "", condition] = entry.trim().split(":");
    if (name === "") return [];
    return [{ key: keyOf(project, name), ended: condition === "service_completed_successfully" }];
  });
  return { key: keyOf(project, service), needs };
};
