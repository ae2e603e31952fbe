import { useEffect, useState } from "react";
import { isShortcut } from "../app/shortcuts.ts";

interface RowKeys {
  readonly count: number;
  readonly onShow: (index: number) => void;
  readonly onOpen?: (index: number) => void;
  readonly onSelect?: (index: number) => void;
}

/** j/k walk a list, Enter opens, x selects. Returns the current row, −1 before the first step. */
export const useRowKeys = ({ count, onShow, onOpen, onSelect }: RowKeys): number => {
  const [current, setCurrent] = useState(-1);
  useEffect(() => {
    const step = (by: number): void => {
      const next = Math.max(0, Math.min(count - 1, current + by));
      setCurrent(next);
      onShow(next);
    };
    const press = (event: KeyboardEvent): void => {
      if (count === 0 || !isShortcut(event)) return;
      const onControl = event.target instanceof HTMLElement && event.target.closest("a, button") !== null;
      if (event.key === "j") step(1);
      else if (event.key === "k") step(-1);
      else if (event.key === "Enter" && current >= 0 && !onControl) onOpen?.(current);
      else if (event.key === "x" && current >= 0) onSelect?.(current);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [count, current, onShow, onOpen, onSelect]);
  return Math.min(current, count - 1);
};
