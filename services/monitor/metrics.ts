import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { TaskFact } from "#schema/envelope.ts";
import { eventOf, isRunnerFact, isTaskFact } from "#schema/envelope.ts";
import { TASK_STATES, tagOf, topState } from "#schema/task.evolve.ts";
import { assignedBy } from "#schema/task.work.ts";
import type { HostSample } from "#schema/telemetry.ts";
import { boundedLabel } from "./bounded-label.ts";
import { createLiveTasks, type Moments } from "./live-tasks.ts";
import type { Listener } from "./read-journal.ts";

/** Seconds: from a quick command to a bulk job of a day. */
const DURATIONS = [0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 7_200, 86_400];
const WAITS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 7_200];

/** Counters, gauges and histograms about facts and this host. Gauges need the whole history; counters and histograms take what is new. */
export interface Metrics extends Listener {
  showHost(sample: HostSample): void;
  /** Prometheus exposition format. */
  text(): Promise<string>;
  end(): void;
}

const createInstruments = (registry: Registry) => {
  const about = <L extends string>(name: string, help: string, labelNames: readonly L[]) => ({
    name: `longshore_${name}`,
    help,
    labelNames,
    registers: [registry],
  });
  return {
    facts: new Counter(about("facts_total", "Facts recorded since the monitor started.", ["type"])),
    submitted: new Counter(about("tasks_submitted_total", "Tasks submitted.", ["type"])),
    settled: new Counter(about("tasks_settled_total", "Tasks that came to an end.", ["type", "state"])),
    failures: new Counter(
      about("attempts_failed_total", "Attempts that failed or were lost.", ["type", "code"]),
    ),
    items: new Counter(about("items_total", "Items of bulk work by what became of them.", ["outcome"])),
    duration: new Histogram({
      ...about("task_duration_seconds", "From a task's first start to its end.", ["type", "state"]),
      buckets: DURATIONS,
    }),
    wait: new Histogram({
      ...about("queue_wait_seconds", "From queued to assigned.", ["type"]),
      buckets: WAITS,
    }),
    tasks: new Gauge(about("tasks", "Tasks by present state.", ["state"])),
    runners: new Gauge(about("runners_present", "Runners that hold a lease.", [])),
    sequence: new Gauge(about("journal_last_sequence", "Sequence of the last fact seen.", [])),
    cpu: new Gauge(about("host_cpu_percent", "CPU in use, percent of all cores.", ["host"])),
    memory: new Gauge(about("host_memory_used_bytes", "Memory in use, caches left out.", ["host"])),
    disk: new Gauge(about("host_disk_used_bytes", "Disk in use on the volume of the data folder.", ["host"])),
  };
};

type Instruments = ReturnType<typeof createInstruments>;

const observeTimes = (instruments: Instruments, fact: TaskFact, type: string, moments: Moments): void => {
  const at = Date.parse(fact.at);
  const seconds = (from: number): number => Math.max(0, (at - from) / 1_000);
  // One that found a free slot when it was submitted did not wait at all.
  const queuedAt = fact.type === "submitted" ? at : moments.queuedAt;
  if (assignedBy(eventOf(fact)) && queuedAt !== null) instruments.wait.observe({ type }, seconds(queuedAt));
  if (tagOf(fact.to) === "settled" && moments.startedAt !== null) {
    instruments.duration.observe({ type, state: topState(fact.to) }, seconds(moments.startedAt));
  }
};

/** Metrics in a registry of their own. No label is a task: the number of time series is bounded. */
export const createMetrics = (): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "longshore_monitor_" });
  const instruments = createInstruments(registry);
  const live = createLiveTasks();
  const present = new Set<string>();
  const typeLabel = boundedLabel();
  const codeLabel = boundedLabel();

  const restart = (): void => {
    live.clear();
    present.clear();
    for (const state of TASK_STATES) instruments.tasks.set({ state }, 0);
    instruments.runners.set(0);
  };
  restart();

  const moveTask = (fact: TaskFact): void => {
    if (topState(fact.from) === topState(fact.to)) return;
    if (fact.from !== "unborn") instruments.tasks.dec({ state: topState(fact.from) });
    instruments.tasks.inc({ state: topState(fact.to) });
  };

  const countTask = (fact: TaskFact, moments: Moments): void => {
    const type = typeLabel(moments.type);
    const event = eventOf(fact);
    if (event.type === "submitted") instruments.submitted.inc({ type });
    if (event.type === "attempt-failed")
      instruments.failures.inc({ type, code: codeLabel(event.error.code) });
    if (event.type === "attempt-lost") instruments.failures.inc({ type, code: codeLabel("attempt-lost") });
    if (event.type === "items-recorded") {
      for (const { outcome } of event.items) if (outcome !== "begun") instruments.items.inc({ outcome });
    }
    if (tagOf(fact.to) === "settled") instruments.settled.inc({ type, state: topState(fact.to) });
    observeTimes(instruments, fact, type, moments);
  };

  return {
    hear: (seq, fact, isNew) => {
      instruments.sequence.set(seq);
      if (isNew) instruments.facts.inc({ type: fact.type });
      if (isTaskFact(fact)) {
        const moments = live.follow(fact);
        moveTask(fact);
        if (isNew) countTask(fact, moments);
      } else if (isRunnerFact(fact)) {
        if (fact.type === "joined") present.add(fact.runner);
        else present.delete(fact.runner);
        instruments.runners.set(present.size);
      }
    },
    showHost: ({ host, cpuPercent, memoryUsed, diskUsed }) => {
      instruments.cpu.set({ host }, cpuPercent);
      instruments.memory.set({ host }, memoryUsed);
      instruments.disk.set({ host }, diskUsed);
    },
    restart,
    text: () => registry.metrics(),
    end: () => registry.clear(),
  };
};
