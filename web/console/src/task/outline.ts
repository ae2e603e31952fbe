import type { StatePath } from "#schema/task.evolve.ts";
import type { TaskContext } from "#schema/task.context.ts";
import { taskMachine } from "#schema/task.machine.ts";

/** One arrow of the chart. */
export interface Arrow {
  /** Stable, for keys. */
  readonly id: string;
  readonly event: string;
  /** Path of the state it leads to; the same state for an arrow that stays. */
  readonly to: StatePath;
  readonly guard: string | null;
  readonly stays: boolean;
}

/** One state with what is inside it, in document order. */
export interface OutlineState {
  readonly path: StatePath;
  readonly name: string;
  readonly description: string;
  readonly tag: string | null;
  readonly arrows: readonly Arrow[];
  readonly children: readonly OutlineState[];
}

type Node = typeof taskMachine.root;
type Transitions = Node["transitions"] extends Map<string, infer T> ? T : never;

const pathOf = (node: { readonly path: readonly string[] }): StatePath => node.path.join(".");

/** Where one really ends up: a composite state is entered through its initial state. */
const entered = (node: Node): StatePath => {
  const first = node.initial?.target[0] as Node | undefined;
  return first === undefined ? pathOf(node) : entered(first);
};

const arrowsOf = (node: Node): readonly Arrow[] =>
  [...node.transitions.values()].flatMap((transitions: Transitions) =>
    transitions.map((transition, index): Arrow => {
      const target = transition.target?.[0] as Node | undefined;
      return {
        id: `${pathOf(node)}/${transition.eventType}/${index}`,
        event: transition.eventType,
        to: target === undefined ? pathOf(node) : entered(target),
        guard: typeof transition.guard === "string" ? transition.guard : null,
        stays: target === undefined,
      };
    }),
  );

const outlineOf = (node: Node): OutlineState => ({
  path: pathOf(node),
  name: node.key,
  description: node.description ?? "",
  tag: node.tags[0] ?? null,
  arrows: arrowsOf(node),
  children: Object.values(node.states).map((child) => outlineOf(child as Node)),
});

/** The whole chart as nested states, read from the machine: nothing is drawn that it does not say. */
export const chartOutline = (): readonly OutlineState[] => outlineOf(taskMachine.root).children;

/** A guard name in words. */
export const guardWords = (guard: string): string =>
  guard.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

interface Standing {
  readonly state: StatePath;
  readonly context: TaskContext;
}

/** Events some guards look at, as they would come; the rest of their content does not decide. */
const probe = (event: string, context: TaskContext): unknown => {
  const plan = context.plan?.number ?? 0;
  return { type: event, retryable: true, plan, items: "all", priority: context.priority };
};

type Guard = (args: { context: TaskContext; event: never }) => boolean;
const guards = taskMachine.implementations.guards as unknown as Readonly<Record<string, Guard | undefined>>;

const holds = (arrow: Arrow, { context }: Standing): boolean => {
  if (arrow.guard === null) return true;
  return guards[arrow.guard]?.({ context, event: probe(arrow.event, context) as never }) ?? false;
};

/** Guards that ask what the event itself says, so that the arrow after them stays possible. */
const ASKS_THE_EVENT = new Set(["hasAttemptsLeft", "mustWait"]);

/** Is this path the state the task is in, or around it? */
export const isActive = (path: StatePath, state: StatePath): boolean =>
  state === path || state.startsWith(`${path}.`);

/** Ids of the arrows that could be taken next, judged by the machine's own guards. */
export const possibleNext = (task: Standing): ReadonlySet<string> => {
  const possible = new Set<string>();
  const walk = (states: readonly OutlineState[]): void => {
    for (const each of states) {
      if (!isActive(each.path, task.state)) continue;
      const decided = new Set<string>();
      for (const arrow of each.arrows) {
        if (decided.has(arrow.event) || !holds(arrow, task)) continue;
        possible.add(arrow.id);
        if (arrow.guard === null || !ASKS_THE_EVENT.has(arrow.guard)) decided.add(arrow.event);
      }
      walk(each.children);
    }
  };
  walk(chartOutline());
  return possible;
};
