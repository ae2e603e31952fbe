type Neighbours = (node: string) => readonly string[];

/** Every node after those it leads to, as far as circles allow. No recursion: a chain may be as long as a plan. */
const postOrder = (nodes: readonly string[], leadsTo: Neighbours): string[] => {
  const seen = new Set<string>();
  const order: string[] = [];
  for (const start of nodes) {
    if (seen.has(start)) continue;
    seen.add(start);
    const path = [{ node: start, left: [...leadsTo(start)] }];
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.left.pop();
      if (next === undefined) {
        order.push(top.node);
        path.pop();
      } else if (!seen.has(next)) {
        seen.add(next);
        path.push({ node: next, left: [...leadsTo(next)] });
      }
    }
  }
  return order;
};

/**
 * The nodes in an order in which each comes after all of its `before`; those that wait for each other in a circle are one
 * group (Kosaraju's way). `before` must name only `nodes`.
 */
export const inOrder = (nodes: readonly string[], before: Neighbours): string[][] => {
  const after = new Map<string, string[]>(nodes.map((node) => [node, []]));
  for (const node of nodes) for (const earlier of before(node)) after.get(earlier)?.push(node);
  const taken = new Set<string>();
  const groups: string[][] = [];
  for (const start of postOrder(nodes, before).toReversed()) {
    if (taken.has(start)) continue;
    const group = postOrder([start], (node) => (after.get(node) ?? []).filter((next) => !taken.has(next)));
    for (const node of group) taken.add(node);
    groups.push(group);
  }
  return groups.toReversed();
};
