/** Label values a metric may have at most: each is a time series that is kept for ever. */
const MOST_VALUES = 50;

/** Passes values on until there are too many different ones; all further ones become `other`. */
export const boundedLabel = (most = MOST_VALUES): ((value: string) => string) => {
  const known = new Set<string>();
  return (value) => {
    if (known.has(value)) return value;
    if (known.size >= most) return "other";
    known.add(value);
    return value;
  };
};
