import { useState } from "react";
import type { BatchWish } from "./batch-dialog.tsx";

/** From a wish about many tasks to the batch that does it: what is asked for, and what was last begun here. */
export const useTaskBatch = () => {
  const [wish, setWish] = useState<BatchWish | null>(null);
  const [batch, setBatch] = useState<string | null>(null);
  return {
    wish,
    batch,
    ask: setWish,
    began: ({ id }: { readonly id: string }) => {
      setWish(null);
      setBatch(id);
    },
    close: () => setWish(null),
    hide: () => setBatch(null),
  };
};
