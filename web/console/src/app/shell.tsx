import { Outlet } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useLive } from "../live/live-context.tsx";
import { CommandPalette } from "./command-palette.tsx";
import { Dock } from "./dock.tsx";
import { HelpDialog } from "./help-dialog.tsx";
import { useShortcuts } from "./shortcuts.ts";
import { Rail } from "./rail.tsx";
import { TopBar } from "./top-bar.tsx";

/** The frame around every page once somebody is logged in. The line to the server lives as long as it does. */
export const Shell = () => {
  const live = useLive();
  const [help, setHelp] = useState(false);
  useEffect(() => {
    live.start();
    return () => live.stop();
  }, [live]);
  useShortcuts(() => setHelp(true));
  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        Skip to the page
      </a>
      <Rail />
      <TopBar onHelp={() => setHelp(true)} />
      <main id="main" className="page" tabIndex={-1}>
        <Outlet />
      </main>
      <Dock />
      <CommandPalette />
      <HelpDialog opened={help} onClose={() => setHelp(false)} />
    </div>
  );
};
