import { usersOfNetwork } from "../engine/used-by.ts";
import type { NetworksPrune } from "./payload.ts";
import { agesOf, isInScope, type Rules } from "./rules.ts";
import type { SeenNetwork, Survey } from "./seen.ts";
import { projectMate, unusedWords, usedByWords, type Users } from "./users.ts";
import { act, guarded, type Judged, kept, recent, type Verdict, younger } from "./verdict.ts";

export type NetworkRules = Pick<NetworksPrune, "olderThan">;

const PREDEFINED: ReadonlySet<string> = new Set(["bridge", "host", "none", "docker_gwbridge", "podman"]);

const system = ({ name, scope, ingress, configOnly }: SeenNetwork): Verdict | undefined => {
  if (PREDEFINED.has(name)) return kept("predefined", "The engine brings it along.");
  if (ingress || scope !== "local") return kept("swarm", "It belongs to a swarm.");
  return configOnly ? kept("config-only", "It is the settings of other networks.") : undefined;
};

/** Every network; those of stopped containers stay: they could not be started again without. */
export const planNetworks = (
  { now, own, networks }: Survey,
  rules: Rules,
  { wanted, users }: { readonly wanted: NetworkRules; readonly users: Users },
): readonly Judged[] => {
  const ages = agesOf(wanted.olderThan);
  const judge = (network: SeenNetwork, using: readonly string[]): Verdict => {
    const { id, name, labels, createdAt } = network;
    const spared = system(network) ?? guarded({ id, labels, names: [name] }, rules, own);
    if (spared) return spared;
    if (using.length > 0) return kept("in-use", usedByWords(using));
    const mate = projectMate(users, labels);
    if (mate)
      return kept(
        "compose",
        `It belongs to the project "${mate.project}", whose container ${mate.name} stays.`,
      );
    const young =
      recent({ now, graceMs: rules.graceMs }, createdAt, "made") ??
      younger(now, createdAt, ages.created, "made");
    return young ?? act("unused", unusedWords(usersOfNetwork(users.leave, network)));
  };
  return networks
    .filter(({ id, labels }) => isInScope(rules, id, labels))
    .map((network) => {
      const using = usersOfNetwork(users.stay, network);
      return {
        thing: {
          kind: "network",
          id: network.id,
          name: network.name,
          bytes: null,
          createdAt: network.createdAt,
          usedBy: using,
          looks: network.looks,
        },
        verdict: judge(network, using),
      };
    });
};
