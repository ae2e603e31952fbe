import { createRootRoute, createRoute, createRouter, Outlet, redirect } from "@tanstack/react-router";
import { ContainersPage } from "../containers/containers-page.tsx";
import { containerSearch } from "../containers/container-search.ts";
import { LoginPage } from "../login/login-page.tsx";
import { RunnersPage } from "../runners/runners-page.tsx";
import { NewTaskPage } from "../submit/new-task-page.tsx";
import { newTaskSearch } from "../submit/new-task-search.ts";
import { taskPageSearch } from "../task/task-page-search.ts";
import { TaskPage } from "../task/task-page.tsx";
import { taskSearch } from "../tasks/task-search.ts";
import { TasksPage } from "../tasks/tasks-page.tsx";
import { NotFound, PageFailure } from "./page-failure.tsx";
import { Shell } from "./shell.tsx";

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  component: LoginPage,
  validateSearch: (raw: Record<string, unknown>): { next?: string } =>
    // Only a path of ours: a full address would let a link send people elsewhere after the login.
    typeof raw["next"] === "string" && /^\/(?!\/)/.test(raw["next"]) ? { next: raw["next"] } : {},
});

const shellRoute = createRoute({ getParentRoute: () => rootRoute, id: "shell", component: Shell });

const indexRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/tasks" });
  },
});

const tasksRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/tasks",
  component: TasksPage,
  validateSearch: taskSearch,
});

const taskRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/tasks/$id",
  component: TaskPage,
  validateSearch: taskPageSearch,
});

const containersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/containers",
  component: ContainersPage,
  validateSearch: containerSearch,
});

const newRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/new",
  component: NewTaskPage,
  validateSearch: newTaskSearch,
});

const runnersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/runners",
  component: RunnersPage,
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    loginRoute,
    shellRoute.addChildren([indexRoute, tasksRoute, taskRoute, containersRoute, newRoute, runnersRoute]),
  ]),
  defaultErrorComponent: PageFailure,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
