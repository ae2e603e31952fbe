/** A log line stays readable with this many. */
const PER_LINE = 25;

/** Every name after what is said of them, in as many lines as it takes: `Not done (30): a, b …`. */
export const sayNames = (said: string, names: readonly string[]): string[] =>
  Array.from({ length: Math.ceil(names.length / PER_LINE) }, (_, line) => {
    const some = names.slice(line * PER_LINE, (line + 1) * PER_LINE).join(", ");
    return line === 0 ? `${said} (${names.length}): ${some}` : some;
  });
