import type { Listed, Verb } from "../engine/engine.ts";
import { inOrder } from "./circles.ts";
import { serviceOf } from "./compose.ts";
import { isDatabase } from "./databases.ts";

/** These bring containers up: what others need comes first. The other verbs take them down, the other way round. */
const BRINGS_UP: ReadonlySet<Verb> = new Set(["start", "unpause"]);

/** What must keep an order among itself: a compose service with all its replicas, or a container of no project. */
interface Node {
  readonly needs: readonly string[];
  chosen: boolean;
  database: boolean;
}
type Nodes = ReadonlyMap<string, Node>;

const keyOf = ({ Id, Labels }: Listed): string => serviceOf(Labels)?.key ?? Id;

/** All of them, also those that were not chosen: what is between two chosen ones ties them all the same. */
const nodesOf = (listed: readonly Listed[], chosen: ReadonlySet<string>): Nodes => {
  const needs = new Map<string, Set<string>>();
  const nodes = new Map<string, Node>();
  for (const container of listed) {
    const key = keyOf(container);
    const own = needs.get(key) ?? new Set();
    for (const need of serviceOf(container.Labels)?.needs ?? []) own.add(need.key);
    needs.set(key, own);
    const before = nodes.get(key);
    nodes.set(key, {
      needs: [],
      chosen: before?.chosen === true || chosen.has(container.Id),
      database: before?.database === true || isDatabase(container.Image),
    });
  }
  return new Map(
    [...nodes].map(([key, node]) => [
      key,
      { ...node, needs: [...(needs.get(key) ?? [])].filter((need) => nodes.has(need)) },
    ]),
  );
};

/** Databases and all that they need themselves. */
const groundOf = (nodes: Nodes): ReadonlySet<string> => {
  const ground = new Set([...nodes].filter(([, { database }]) => database).map(([key]) => key));
  // A set is walked with what is added on the way.
  for (const key of ground) for (const need of nodes.get(key)?.needs ?? []) ground.add(need);
  return ground;
};

/** How many chosen ones, one after another, must be settled before each; gives the number of levels too. */
const levelsOf = (
  nodes: Nodes,
  keys: readonly string[],
  before: (key: string) => readonly string[],
): { of: ReadonlyMap<string, number>; count: number } => {
  const levels = new Map<string, number>();
  const next = new Map<string, number>();
  let count = 0;
  for (const group of inOrder(keys, before)) {
    const members = new Set(group);
    const earlier = group.flatMap(before).filter((key) => !members.has(key));
    const level = earlier.reduce((highest, key) => Math.max(highest, next.get(key) ?? 0), 0);
    const isChosen = group.some((key) => nodes.get(key)?.chosen === true);
    for (const key of group) {
      levels.set(key, level);
      next.set(key, isChosen ? level + 1 : level);
    }
    if (isChosen) count = Math.max(count, level + 1);
  }
  return { of: levels, count };
};

/**
 * The stage of each chosen container, from 0 without gaps: dependants before what they need when containers are taken down,
 * after it when they are brought up; databases last, or first. Services that need each other in a circle share a stage.
 */
export const stagesOf = (
  verb: Verb,
  chosen: readonly Listed[],
  listed: readonly Listed[],
): ReadonlyMap<string, number> => {
  const nodes = nodesOf(listed, new Set(chosen.map(({ Id }) => Id)));
  const ground = groundOf(nodes);
  const isUp = BRINGS_UP.has(verb);
  const neededBy = new Map<string, string[]>();
  for (const key of nodes.keys()) neededBy.set(key, []);
  for (const [key, { needs }] of nodes) for (const need of needs) neededBy.get(need)?.push(key);
  const keys = [...nodes.keys()];
  const tiers = [keys.filter((key) => ground.has(key)), keys.filter((key) => !ground.has(key))];
  const stages = new Map<string, number>();
  let from = 0;
  for (const tier of isUp ? tiers : tiers.toReversed()) {
    const inTier = new Set(tier);
    const before = (key: string): readonly string[] =>
      ((isUp ? nodes.get(key)?.needs : neededBy.get(key)) ?? []).filter((other) => inTier.has(other));
    const levels = levelsOf(nodes, tier, before);
    for (const [key, level] of levels.of) stages.set(key, from + level);
    from += levels.count;
  }
  return new Map(chosen.map((container) => [container.Id, stages.get(keyOf(container)) ?? 0]));
};
