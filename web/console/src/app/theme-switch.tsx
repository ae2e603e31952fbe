import { ActionIcon, type MantineColorScheme, Tooltip, useMantineColorScheme } from "@mantine/core";
import { type LucideIcon, Monitor, Moon, Sun } from "lucide-react";

const STEPS: Record<MantineColorScheme, { next: MantineColorScheme; name: string; icon: LucideIcon }> = {
  auto: { next: "light", name: "System theme", icon: Monitor },
  light: { next: "dark", name: "Light theme", icon: Sun },
  dark: { next: "auto", name: "Dark theme", icon: Moon },
};

/** System, light, dark, in turn. */
export const ThemeSwitch = () => {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { next, name, icon: Icon } = STEPS[colorScheme];
  return (
    <Tooltip label={`${name}; next: ${STEPS[next].name.toLowerCase()}`}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={name}
        onClick={() => setColorScheme(next)}
      >
        <Icon size={18} />
      </ActionIcon>
    </Tooltip>
  );
};
