import { useQuery } from "@tanstack/react-query";
import { useLive } from "../live/live-context.tsx";
import { useFresh } from "../live/use-fresh.ts";

/** What the connected runners can do. */
export const useTypes = () => {
  const { client } = useLive();
  const types = useQuery({ queryKey: ["types"], queryFn: () => client.types() });
  useFresh(types.refetch, { runners: true });
  return types;
};
