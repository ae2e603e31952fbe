import { type RefObject, useEffect, useRef } from "react";

/** A row of links that is wider than the screen shows the one for the current page. `current` changes with the page. */
export const useCurrentInSight = <E extends HTMLElement>(current: string): RefObject<E | null> => {
  const row = useRef<E>(null);
  useEffect(() => {
    row.current
      ?.querySelector('[aria-current="page"]')
      ?.scrollIntoView({ inline: "nearest", block: "nearest" });
  }, [current]);
  return row;
};
