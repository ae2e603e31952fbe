import { Argument, type Command } from "commander";
import { PRIORITIES } from "#schema/priorities.ts";
import { ApiProblem, type Client, type Granted } from "../http.ts";
import { type Desk, deskOf } from "./desk.ts";
import { EXIT } from "./failures.ts";

type Wish = (client: Client, id: string, reason?: string) => Promise<Granted>;

const VERBS: Readonly<Record<string, { readonly does: string; readonly wish: Wish }>> = {
  cancel: { does: "end tasks", wish: (client, id, reason) => client.cancel(id, reason) },
  pause: { does: "pause tasks", wish: (client, id, reason) => client.pause(id, reason) },
  resume: { does: "let paused tasks go on", wish: (client, id, reason) => client.resume(id, reason) },
  retry: {
    does: "do again what failed or was not reached",
    wish: (client, id, reason) => client.retry(id, "failed", reason),
  },
};

/** Each by itself: one that is refused does not keep the others from being asked. */
const steer = async ({ screen }: Desk, ids: readonly string[], ask: (id: string) => Promise<Granted>) => {
  for (const id of new Set(ids)) {
    try {
      const { state, seq } = await ask(id);
      if (screen.json) screen.value({ id, ok: true, state, seq });
      else screen.line(`${id} ${state}`);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status === 401) throw error;
      process.exitCode = EXIT.refused;
      if (screen.json) screen.value({ id, ok: false, problem: error.problem });
      else screen.note(`${id}: ${error.message}`);
    }
  }
};

const withReason = (command: Command): Command =>
  command.option("--reason <text>", "why; kept with the fact");

export const addSteerCommands = (program: Command): void => {
  for (const [verb, { does, wish }] of Object.entries(VERBS)) {
    withReason(program.command(verb).description(does).argument("<ids...>")).action(
      (ids: string[], { reason }: { reason?: string }, command: Command) => {
        const desk = deskOf(command);
        return steer(desk, ids, (id) => wish(desk.client, id, reason));
      },
    );
  }
  withReason(
    program
      .command("priority")
      .description("change how important a task is")
      .argument("<id>")
      .addArgument(new Argument("<level>").choices(PRIORITIES)),
  ).action(
    (
      id: string,
      level: (typeof PRIORITIES)[number],
      { reason }: { reason?: string },
      ...[command]: [Command]
    ) => {
      const desk = deskOf(command);
      return steer(desk, [id], () => desk.client.setPriority(id, level, reason));
    },
  );
};
