/** Hands over what comes in one turn of the event loop together: a message between processes costs more than what is in it. */
export const createGatherer = <T>(handOver: (gathered: readonly T[]) => void): ((one: T) => void) => {
  let gathered: T[] = [];
  return (one) => {
    gathered.push(one);
    if (gathered.length > 1) return;
    setImmediate(() => {
      const all = gathered;
      gathered = [];
      handOver(all);
    });
  };
};
