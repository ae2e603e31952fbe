import {
  type AnyActorScope,
  createActor,
  initialTransition,
  type SnapshotFrom,
  type StateValueFrom,
} from "xstate";
import type { TaskEvent } from "./task.events.ts";
import { BLANK, type TaskContext, type TaskTag } from "./task.context.ts";
import { taskMachine } from "./task.machine.ts";
import type { TaskDefinition } from "./task.definition.ts";

export type Task = SnapshotFrom<typeof taskMachine>;

type Value = StateValueFrom<typeof taskMachine>;
type TopState = Extract<Value, string> | keyof Extract<Value, object>;

/** A state as one word: `queued`, `running.working`. What facts, rows and filters carry. */
export type StatePath = string;
export type TaskState = TopState;

/** Thrown when a journalled fact is not legal where it stands: the log is damaged or from a newer chart. */
export class IllegalFact extends Error {
  override readonly name = "IllegalFact";
}

const UNBORN: Task = initialTransition(taskMachine)[0];

/** The task before its first fact. */
export const unborn = (): Task => UNBORN;

const nothing = (): void => undefined;
const nobody = createActor(taskMachine);

/**
 * The surroundings in which the chart is stepped: XState's own `transition()` builds an actor and a system for each call,
 * which costs three times the step itself. Nothing of them is used, for the chart invokes, spawns and sends nothing.
 */
const VOID: AnyActorScope = {
  self: nobody,
  system: nobody.system,
  id: "",
  sessionId: "",
  logger: nothing,
  defer: nothing,
  emit: nothing,
  stopChild: nothing,
  actionExecutor: nothing,
};

/** Throws IllegalFact where the chart has no arrow for this event. */
export const mustBeLegal = (task: Task, event: TaskEvent): void => {
  if (!task.can(event)) throw new IllegalFact(`"${event.type}" cannot follow "${statePath(task)}"`);
};

/**
 * XState lays changes on an empty object, which V8 then keeps as a hash table: 1,600 bytes instead of 230, and slow to copy
 * at the next step. Laid on the blank context it keeps its shape.
 */
const compact = (task: Task): Task => Object.assign(task, { context: { ...BLANK, ...task.context } });

/** Each snapshot has its state's nodes and tags in an array and a set of its own, 200 bytes that say the same of all tasks there. */
const likenesses = new Map<StatePath, Pick<Task, "_nodes" | "tags">>();

const share = (task: Task): Task => {
  const path = pathOf(task.value);
  const like = likenesses.get(path);
  if (like) return Object.assign(task, like);
  const { _nodes, tags } = task;
  likenesses.set(path, { _nodes, tags });
  return task;
};

/** The task after one more fact; throws IllegalFact where the chart has no such arrow. */
export const evolve = (task: Task, event: TaskEvent): Task => {
  mustBeLegal(task, event);
  const after = taskMachine.transition(task, event, VOID);
  share(after);
  return after.context === task.context ? after : compact(after);
};

export const pathOf = (value: unknown): StatePath => {
  if (typeof value === "string") return value;
  const [top, inner] = Object.entries(value as Record<string, unknown>)[0] ?? [];
  return top === undefined ? "" : `${top}.${pathOf(inner)}`;
};

export const statePath = (task: Task): StatePath => pathOf(task.value);

const valueOf = (path: StatePath): Value => {
  const [top, inner] = path.split(".");
  return (inner === undefined ? top : { [top as string]: inner }) as Value;
};

/** A snapshot from its stored parts, which may be older than some part of the context; throws when the state is unknown to this chart. */
export const restore = (state: StatePath, context: TaskContext): Task =>
  share(taskMachine.resolveState({ value: valueOf(state), context: { ...BLANK, ...context } }));

/** The part of a state path people filter by: `running` of `running.working`. */
export const topState = (path: StatePath): TaskState => path.split(".")[0] as TaskState;

const tags = new Map<string, TaskTag>(
  Object.entries(taskMachine.states).flatMap(([name, node]) =>
    node.tags.map((tag) => [name, tag as TaskTag] as const),
  ),
);

/** waiting, active or settled, asked of the chart. */
export const tagOf = (path: StatePath): TaskTag => tags.get(topState(path)) ?? "waiting";

/** Every state a stored task can be in, in the chart's order. */
export const TASK_STATES = [...tags.keys()] as readonly TaskState[];

export const definitionOf = (context: TaskContext): TaskDefinition => {
  if (context.definition === null) throw new IllegalFact("a task without a definition");
  return context.definition;
};
