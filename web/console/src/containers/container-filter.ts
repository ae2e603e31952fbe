import type { ContainerRow } from "#schema/api.ts";
import type { ContainerFilter } from "./container-search.ts";

const hasLabel = (labels: Readonly<Record<string, string>>, wish: string): boolean => {
  const cut = wish.indexOf("=");
  return cut < 0 ? wish in labels : labels[wish.slice(0, cut)] === wish.slice(cut + 1);
};

/** Text looks at name, image and the beginning of the id. */
export const fits = (row: ContainerRow, { text, state, label }: ContainerFilter): boolean => {
  const wanted = text?.toLowerCase();
  return (
    (wanted === undefined ||
      row.name.toLowerCase().includes(wanted) ||
      row.image.toLowerCase().includes(wanted) ||
      row.id.startsWith(wanted)) &&
    (state === undefined || row.state === state) &&
    (label === undefined || hasLabel(row.labels, label))
  );
};
