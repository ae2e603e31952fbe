import { type Command, Option } from "commander";
import { PRIORITIES } from "#schema/priorities.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import { type Desk, deskOf } from "./desk.ts";
import { followLog } from "./output-log.ts";
import { readIds, readLabel, readPayload } from "./reading.ts";
import { leaveOnInterrupt, reportEnd, untilSettled } from "./settled.ts";

/** What may be said of every task, whatever it does. */
interface PlacingOptions {
  readonly name?: string;
  readonly queue?: string;
  readonly priority?: (typeof PRIORITIES)[number];
  readonly after?: readonly string[];
  readonly runAt?: string;
  readonly key?: string;
  readonly label?: Readonly<Record<string, string>>;
}

interface SubmitOptions extends PlacingOptions {
  readonly payload: string;
  readonly wait?: boolean;
}

const withPlacing = (command: Command): Command =>
  command
    .option("--name <name>", "how people call it")
    .option("--queue <queue>")
    .addOption(new Option("--priority <level>").choices(PRIORITIES))
    .option("--after <ids>", "tasks that come first; comma separated, or said several times", readIds)
    .option("--run-at <time>", "not before this moment (RFC 3339)")
    .option("--key <key>", "idempotency key: the same key is the same task")
    .option("--label <key=value>", "may be said several times", readLabel);

const submitTask = (
  { client }: Desk,
  what: Pick<SubmitBody, "type" | "payload">,
  { name, queue, priority, after, runAt, key, label }: PlacingOptions,
) =>
  client.submit(
    {
      ...what,
      ...(name === undefined ? {} : { name }),
      ...(queue === undefined ? {} : { queue }),
      ...(priority === undefined ? {} : { priority }),
      ...(after === undefined ? {} : { after: [...after] }),
      ...(runAt === undefined ? {} : { runAt }),
      ...(label === undefined ? {} : { labels: label }),
    },
    key === undefined ? {} : { idempotencyKey: key },
  );

const submit = async (desk: Desk, type: string, options: SubmitOptions): Promise<void> => {
  const { screen } = desk;
  const submitted = await submitTask(desk, { type, payload: await readPayload(options.payload) }, options);
  if (!options.wait) return screen.json ? screen.value(submitted) : screen.line(submitted.id);
  if (!screen.json) screen.line(submitted.id);
  leaveOnInterrupt(desk, submitted.id);
  reportEnd(desk, await untilSettled(desk, submitted));
};

const run = async (desk: Desk, words: readonly string[], options: PlacingOptions): Promise<void> => {
  const submitted = await submitTask(desk, { type: "command", payload: { command: words } }, options);
  desk.screen.note(`Task ${submitted.id}`);
  leaveOnInterrupt(desk, submitted.id);
  await followLog(desk, submitted.id);
  reportEnd(desk, await desk.client.task(submitted.id));
};

export const addSubmitCommands = (program: Command): void => {
  withPlacing(
    program
      .command("submit")
      .description("a new task; prints its id")
      .argument("<type>", "task type, for example docker.containers"),
  )
    .option("--payload <json>", "JSON, @file, or - for standard input", "{}")
    .option("--wait", "until it is settled; fails unless it is wholly done")
    .action((type: string, options: SubmitOptions, command: Command) =>
      submit(deskOf(command), type, options),
    );
  withPlacing(
    program
      .command("run")
      .description("a new command, whose output is followed until it ends: longshore run -- df -h")
      .argument("<command...>", "the program and its arguments, after --"),
  ).action((words: string[], options: PlacingOptions, command: Command) =>
    run(deskOf(command), words, options),
  );
};
