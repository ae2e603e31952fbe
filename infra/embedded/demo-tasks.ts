/** The part of a submission the demo uses; the HTTP contract is checked by the server. */
export interface DemoTask {
  type: string;
  name: string;
  payload: unknown;
  queue: string;
  priority: "critical" | "high" | "normal" | "low" | "background";
  labels: Record<string, string>;
  retry?: { maxAttempts: number; initialMs: number };
}

const task = (name: string, script: string, rest: Partial<DemoTask> = {}): DemoTask => ({
  type: "command",
  name,
  payload: { command: ["sh", "-c", script] },
  queue: "default",
  priority: "normal",
  labels: { demo: "true" },
  ...rest,
});

const counting = (what: string, count: number, pause: string): string =>
  `i=0; while [ $i -lt ${count} ]; do i=$((i+1)); echo "${what} $i of ${count}"; sleep ${pause}; done`;

const TWICE = { maxAttempts: 3, initialMs: 2_000 };

const BULK: DemoTask[] = Array.from({ length: 12 }, (_, index) =>
  task(`Thumbnail batch ${index + 1}`, counting("picture", 20, "0.3"), { queue: "media", priority: "low" }),
);

const MIX: DemoTask[] = [
  task("Index the code base", counting("file", 120, "0.25"), { queue: "index", priority: "background" }),
  task("Nightly report", `${counting("page", 30, "0.4")}; echo done`, { queue: "reports" }),
  task("Synchronise the catalogue", `${counting("record", 60, "0.2")}; echo "in step"`, { priority: "high" }),
  task("Rotate certificates", "echo checking; sleep 3; echo renewed 2 of 7", { priority: "critical" }),
  task("Flaky upload", 'echo connecting; sleep 2; echo "connection reset by peer" >&2; exit 1', {
    retry: TWICE,
  }),
  task("Broken import", 'echo "line 17: unexpected end of file" >&2; exit 2', { queue: "reports" }),
  task(
    "Very chatty build",
    'i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo "compiling unit $i"; done; sleep 5',
  ),
  task("Quiet for a while", "echo thinking; sleep 90; echo thought", { queue: "index", priority: "low" }),
  task("Compress yesterday's logs", counting("archive", 15, "1"), { priority: "background" }),
];

/** Containers with this label, whatever its value, are the demo's to restart. */
export const DEMO_LABEL = "longshore.demo";

const RESTART: DemoTask = {
  type: "docker.containers",
  name: "Restart the demo containers",
  payload: { action: "restart", select: { labels: { [DEMO_LABEL]: "" } } },
  queue: "docker",
  priority: "high",
  labels: { demo: "true" },
};

/** A lively mix: long and short, loud and quiet, failing and retried, over several queues and priorities. */
export const demoTasks = (withContainers: boolean): DemoTask[] => [
  ...MIX,
  ...BULK,
  ...(withContainers ? [RESTART] : []),
];
