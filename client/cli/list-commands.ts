import type { Command } from "commander";
import { Option } from "commander";
import type { Page, TaskListQuery, TaskSummary } from "#schema/api.ts";
import { PRIORITIES } from "#schema/priorities.ts";
import { type Desk, deskOf } from "./desk.ts";
import { readCount, readWhole } from "./reading.ts";
import { repaint } from "./repaint.ts";
import { table } from "./table.ts";
import { detailLines, eventColumns, taskColumns, whyOf } from "./task-lines.ts";

/** What the server gives at once. */
const PAGE = 500;
const EVENTS_PAGE = 1_000;

interface ListOptions {
  readonly state?: string;
  readonly type?: string;
  readonly queue?: string;
  readonly priority?: (typeof PRIORITIES)[number];
  readonly label?: string;
  readonly search?: string;
  readonly limit: number;
  readonly watch?: boolean;
}

/** As many as are asked for, however many the server gives at once; `next` where there are more. */
const findTasks = async (
  { client }: Desk,
  query: TaskListQuery,
  limit: number,
): Promise<Page<TaskSummary>> => {
  const items: TaskSummary[] = [];
  let page: Page<TaskSummary> | null = null;
  do {
    const cursor: string | undefined = page?.next;
    page = await client.tasks({
      ...query,
      limit: Math.min(PAGE, limit - items.length),
      ...(cursor === undefined ? {} : { cursor }),
    });
    items.push(...page.items);
  } while (page.next !== undefined && items.length < limit);
  return { ...page, items };
};

const list = async (desk: Desk, { limit, search, watch, ...filters }: ListOptions): Promise<void> => {
  const { screen } = desk;
  const query: TaskListQuery = { ...filters, ...(search === undefined ? {} : { text: search }) };
  const show = async (): Promise<false> => {
    const page = await findTasks(desk, query, limit);
    if (screen.json) screen.value(page);
    else {
      if (watch) screen.clear();
      for (const line of table(taskColumns(screen), page.items, screen.width)) screen.line(line);
      if (page.next !== undefined) screen.note(`There are more than ${limit}: --limit shows them.`);
    }
    return false;
  };
  await (watch ? repaint(desk, { show }) : show());
};

const show = async (desk: Desk, id: string, watch: boolean): Promise<void> => {
  const { client, screen } = desk;
  const draw = async (): Promise<boolean> => {
    const task = await client.task(id);
    if (screen.json) screen.value(task);
    else {
      if (watch) screen.clear();
      for (const line of detailLines(task, screen)) screen.line(line);
    }
    return task.tag === "settled";
  };
  await (watch ? repaint(desk, { taskId: id, show: draw }) : draw());
};

const events = async ({ client, screen }: Desk, id: string, from: number): Promise<void> => {
  const rows = [];
  for (let after = from; ;) {
    const page = await client.events(id, { after, limit: EVENTS_PAGE });
    rows.push(...page.items);
    after = page.items.at(-1)?.seq ?? after;
    if (page.next === undefined || page.items.length === 0) break;
  }
  if (screen.json) return rows.forEach((row) => screen.value(row));
  for (const line of table(eventColumns, rows, screen.width)) screen.line(line);
};

const why = async ({ client, screen }: Desk, id: string): Promise<void> => {
  const task = await client.task(id);
  const { state, waiting, stuck, error } = task;
  if (screen.json) return screen.value({ id, state, waiting, stuck, error, ...task.why });
  screen.line(whyOf(task));
};

export const addListCommands = (program: Command): void => {
  program
    .command("list")
    .description("tasks, newest first")
    .option("--state <states>", "states or tags, comma separated: running,stuck or active")
    .option("--type <type>", "task type")
    .option("--queue <queue>")
    .addOption(new Option("--priority <level>").choices(PRIORITIES))
    .option("--label <label>", "key or key=value")
    .option("--search <text>", "part of the name, or an id")
    .option("--limit <count>", "at most so many", readCount, 50)
    .option("--watch", "again whenever something has changed")
    .action((options: ListOptions, command: Command) => list(deskOf(command), options));
  program
    .command("show")
    .description("one task")
    .argument("<id>")
    .option("--watch", "again whenever it has changed, until it is settled")
    .action((id: string, { watch = false }: { watch?: boolean }, command: Command) =>
      show(deskOf(command), id, watch),
    );
  program
    .command("events")
    .description("the facts of a task, oldest first")
    .argument("<id>")
    .option("--after <seq>", "only those after this journal sequence", readWhole, 0)
    .action((id: string, { after }: { after: number }, command: Command) =>
      events(deskOf(command), id, after),
    );
  program
    .command("why")
    .description("why a task waits, in one sentence")
    .argument("<id>")
    .action((id: string, _: object, command: Command) => why(deskOf(command), id));
};
