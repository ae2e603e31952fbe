import { Spotlight, type SpotlightActionData } from "@mantine/spotlight";
import { useNavigate } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useState } from "react";
import { useLive } from "../live/live-context.tsx";
import { stateWords } from "../show/words.ts";
import { PLACES } from "./rail.tsx";

/** The newest tasks the palette offers; older ones are found by the search. */
const OFFERED = 200;

/** Ctrl+K: pages and tasks by name. */
export const CommandPalette = () => {
  const { store } = useLive();
  const navigate = useNavigate();
  const [actions, setActions] = useState<SpotlightActionData[]>([]);
  const collect = (): void => {
    const pages = PLACES.map(({ to, name, icon: Icon }) => ({
      id: to,
      label: name,
      description: "Page",
      leftSection: <Icon size={16} />,
      onClick: () => void navigate({ to, search: {} }),
    }));
    const tasks = [...store.all()]
      .sort((a, b) => b.summary.born - a.summary.born)
      .slice(0, OFFERED)
      .map(({ summary }) => ({
        id: summary.id,
        label: summary.name,
        description: `${summary.type}, ${stateWords(summary.state)}`,
        onClick: () => void navigate({ to: "/tasks/$id", params: { id: summary.id } }),
      }));
    setActions([...pages, ...tasks]);
  };
  return (
    <Spotlight
      actions={actions}
      shortcut="mod + K"
      nothingFound="Nothing of that name"
      highlightQuery
      limit={9}
      scrollable
      onSpotlightOpen={collect}
      searchProps={{
        leftSection: <Search size={16} />,
        placeholder: "Go to a page or a task",
        "aria-label": "Go to",
      }}
    />
  );
};
