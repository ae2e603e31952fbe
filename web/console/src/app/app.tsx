import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createClient } from "#client/http.ts";
import { createLive } from "../live/live.ts";
import { LiveProvider } from "../live/live-context.tsx";
import { createAnswers } from "./answers.ts";
import { router } from "./routes.tsx";
import { theme } from "./theme.ts";

const live = createLive(createClient());
const toLogin = (): void => {
  if (router.state.location.pathname === "/login") return;
  void router.navigate({ to: "/login", search: { next: router.state.location.href } });
};
const answers = createAnswers(toLogin);
live.onDenied.listen(toLogin);
// What could not be had while the server was away is asked for again when it is back.
live.onConnected.listen(() => {
  void answers.refetchQueries({ predicate: ({ state }) => state.status === "error" });
});

export const App = () => (
  <MantineProvider theme={theme} defaultColorScheme="auto">
    <Notifications position="bottom-right" limit={3} />
    <QueryClientProvider client={answers}>
      <LiveProvider live={live}>
        <RouterProvider router={router} />
      </LiveProvider>
    </QueryClientProvider>
  </MantineProvider>
);
