import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { HOST_LISTS } from "#schema/host-api.ts";
import { failedSearch } from "../failed/failed-search.ts";
import { ledgerSearch } from "../ledger/ledger-search.ts";
import { LoginPage } from "../login/login-page.tsx";
import { schedulesSearch } from "../schedules/schedules-search.ts";
import { resourceSearch } from "../resources/resource-search.ts";
import { newTaskSearch } from "../submit/new-task-search.ts";
import { taskPageSearch } from "../task/task-page-search.ts";
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
  component: lazyRouteComponent(() => import("../task/task-page.tsx"), "TaskPage"),
  validateSearch: taskPageSearch,
});

const containersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/containers",
  component: lazyRouteComponent(() => import("../resources/first-host.tsx"), "FirstHost"),
  validateSearch: resourceSearch,
});

const hostsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/hosts",
  component: lazyRouteComponent(() => import("../hosts/hosts-page.tsx"), "HostsPage"),
});

const hostRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/hosts/$host",
  beforeLoad: ({ params: { host } }) => {
    throw redirect({ to: "/hosts/$host/$list", params: { host, list: "containers" }, search: {} });
  },
});

const hostListRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/hosts/$host/$list",
  component: lazyRouteComponent(() => import("../resources/resource-page.tsx"), "ResourcePage"),
  validateSearch: resourceSearch,
  beforeLoad: ({ params: { list } }) => {
    if (!HOST_LISTS.some((each) => each === list)) throw notFound();
  },
});

const newRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/new",
  component: lazyRouteComponent(() => import("../submit/new-task-page.tsx"), "NewTaskPage"),
  validateSearch: newTaskSearch,
});

const runnersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/runners",
  component: lazyRouteComponent(() => import("../runners/runners-page.tsx"), "RunnersPage"),
});

const queuesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/queues",
  component: lazyRouteComponent(() => import("../queues/queues-page.tsx"), "QueuesPage"),
});

const schedulesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/schedules",
  component: lazyRouteComponent(() => import("../schedules/schedules-page.tsx"), "SchedulesPage"),
  validateSearch: schedulesSearch,
});

const scheduleFormRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/schedules/$id",
  component: lazyRouteComponent(() => import("../schedules/schedule-form-page.tsx"), "ScheduleFormPage"),
});

const maintenanceRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/maintenance",
  component: lazyRouteComponent(() => import("../maintenance/maintenance-page.tsx"), "MaintenancePage"),
});

const policyFormRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/maintenance/$id",
  component: lazyRouteComponent(() => import("../maintenance/policy-form-page.tsx"), "PolicyFormPage"),
});

const ledgerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/ledger",
  component: lazyRouteComponent(() => import("../ledger/ledger-page.tsx"), "LedgerPage"),
  validateSearch: ledgerSearch,
});

const failedRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/failed",
  component: lazyRouteComponent(() => import("../failed/failed-page.tsx"), "FailedPage"),
  validateSearch: failedSearch,
});

const batchRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/batches/$id",
  component: lazyRouteComponent(() => import("../batches/batch-page.tsx"), "BatchPage"),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    loginRoute,
    shellRoute.addChildren([
      indexRoute,
      tasksRoute,
      taskRoute,
      containersRoute,
      hostsRoute,
      hostRoute,
      hostListRoute,
      newRoute,
      runnersRoute,
      queuesRoute,
      schedulesRoute,
      scheduleFormRoute,
      failedRoute,
      maintenanceRoute,
      policyFormRoute,
      ledgerRoute,
      batchRoute,
    ]),
  ]),
  defaultErrorComponent: PageFailure,
  // Pages that are not there from the start come while the pointer is still on its way.
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
