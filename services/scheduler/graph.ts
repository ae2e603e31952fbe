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
    // An own stack: a chain may be as long as there are tasks.
    const path: Step[] = seen.has(start) ? [] : [{ node: start, next: 0 }];
    onPath.add(start);
    for (let step = path.at(-1); step; step = path.at(-1)) {
      const { node } = step;
      const first = firsts[node]?.[step.next];
      step.next += 1;
      if (first === undefined) {
        path.pop();
        onPath.delete(node);
        if (!seen.has(node)) order.push(node);
        seen.add(node);
      } else if (onPath.has(first)) {
        const nodes = path.map((taken) => taken.node);
        return { circle: nodes.slice(nodes.indexOf(first)) };
      } else if (!seen.has(first)) {
        path.push({ node: first, next: 0 });
        onPath.add(first);
      }
    }
    onPath.delete(start);
  }
  return { order };
};
