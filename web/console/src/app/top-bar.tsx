import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { CircleHelp, LogOut, UserRound } from "lucide-react";
import { useQuery } from "@tanstack/react-query";
import { useLive } from "../live/live-context.tsx";
import { ConnectionPill } from "./connection-pill.tsx";
import { SearchBox } from "./search-box.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";

const Account = () => {
  const { client } = useLive();
  const navigate = useNavigate();
  const me = useQuery({ queryKey: ["me"], queryFn: () => client.me() });
  const leave = async (): Promise<void> => {
    await client.logout().catch(() => undefined);
    await navigate({ to: "/login", search: {} });
  };
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Account">
          <UserRound size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.data ? `Logged in as ${me.data.user}` : "Account"}</Menu.Label>
        {me.data && <Menu.Label>May: {me.data.capabilities.join(", ")}</Menu.Label>}
        <Menu.Item leftSection={<LogOut size={15} />} onClick={() => void leave()}>
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
};

export const TopBar = ({ onHelp }: { readonly onHelp: () => void }) => (
  <header className="top-bar">
    <SearchBox />
    <span className="spring" />
    <ConnectionPill />
    <ThemeSwitch />
    <Tooltip label="Keyboard shortcuts (?)">
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Keyboard shortcuts" onClick={onHelp}>
        <CircleHelp size={18} />
      </ActionIcon>
    </Tooltip>
    <Account />
  </header>
);
