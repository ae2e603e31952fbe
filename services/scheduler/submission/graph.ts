/** Indices in an order in which each comes after those it names; or a circle, whose last member names its first. */
export type Order =
  { readonly order: readonly number[]; readonly circle?: undefined } | { readonly circle: readonly number[] };

interface Step {
  readonly node: number;
  next: number;
}

/** `firsts[i]`: the indices that `i` comes after. Without references forward, the order is that of the indices. */
export const orderOf = (firsts: readonly (readonly number[])[]): Order => {
  const order: number[] = [];
  const seen = new Set<number>();
  const onPath = new Set<number>();
  for (const start of firsts.keys()) {
    if (seen.has(start)) continue;
    // An own stack: a chain may be as long as there are tasks.
    const path: Step[] = [{ node: start, next: 0 }];
    onPath.add(start);
    for (let step = path.at(-1); step; step = path.at(-1)) {
      const first = firsts[step.node]?.[step.next];
      step.next += 1;
      if (first === undefined) {
        path.pop();
        onPath.delete(step.node);
        seen.add(step.node);
        order.push(step.node);
      } else if (onPath.has(first)) {
        const nodes = path.map(({ node }) => node);
        return { circle: nodes.slice(nodes.indexOf(first)) };
      } else if (!seen.has(first)) {
        path.push({ node: first, next: 0 });
        onPath.add(first);
      }
    }
  }
  return { order };
};
