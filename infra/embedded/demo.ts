import { readEnv } from "#infra/env.ts";
import { adminToken } from "./admin-token.ts";
import { DEMO_LABEL, demoTasks } from "./demo-tasks.ts";
import { explain } from "./explain.ts";
import { runningStack } from "./running.ts";
import { complain, say } from "./terminal.ts";

interface Api {
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
}

const api = (url: string, token: string): Api => {
  const call = async (path: string, init: RequestInit): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const response = await fetch(`${url}/api${path}`, {
      ...init,
      headers,
      signal: AbortSignal.timeout(15_000),
    });
    const answer = (await response.json().catch(() => ({}))) as { title?: string; detail?: string };
    if (!response.ok) throw new Error(`${path}: ${answer.detail ?? answer.title ?? response.status}`);
    return answer;
  };
  return {
    get: (path) => call(path, {}),
    post: (path, body) => call(path, { method: "POST", body: JSON.stringify(body) }),
  };
};

interface Listed {
  items: { name: string; reachable: boolean; labels?: Record<string, string> }[];
}

/** Whether an engine has containers that a person set aside for the demo: no others are touched, and none are made. */
const hasDemoContainers = async (edge: Api): Promise<boolean> => {
  const { items: hosts } = (await edge.get("/hosts")) as Listed;
  for (const { name } of hosts.filter(({ reachable }) => reachable)) {
    const { items } = (await edge.get(`/hosts/${name}/containers`)) as Listed;
    if (items.some(({ labels = {} }) => DEMO_LABEL in labels)) return true;
  }
  return false;
};

const submitAll = async (): Promise<void> => {
  const env = readEnv();
  const { url } = runningStack(env.data);
  const edge = api(url, adminToken(env.data, env.adminToken));
  const containers = await hasDemoContainers(edge);
  const tasks = demoTasks(containers);
  let refused = 0;
  for (const task of tasks) {
    await edge.post("/tasks", task).catch((error: unknown) => {
      refused += 1;
      say(`  not taken: ${task.name} (${explain(error)})`);
    });
  }
  say(`${tasks.length - refused} tasks submitted: watch them at ${url}`);
  if (!containers) say(`No container carries the label ${DEMO_LABEL}, so no container work is among them.`);
  if (refused > 0) process.exitCode = 1;
};

try {
  await submitAll();
} catch (error) {
  complain(explain(error));
  process.exitCode = 1;
}
