import type { Peer } from "./peer.ts";
import { stateOf } from "./processes/process-state.ts";

/** A command that has itself, and a child that fled from its session, at work on the runner at the other end; gives both pids. */
export const twoAtWork = async (peer: Peer): Promise<{ id: string; pids: number[] }> => {
  const id = await peer.submit("command", {
    command: [
      "sh",
      "-c",
      "setsid sh -c 'echo pid $$; while :; do sleep 0.05; done' & echo pid $$; while :; do sleep 0.05; done",
    ],
  });
  await peer.assign(id);
  let pids: number[] = [];
  while (pids.length < 2) {
    const text = (await peer.logs(id)).map((chunk) => chunk.text).join("");
    pids = [...text.matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { id, pids };
};
export const allAre = (pids: readonly number[], state: string) => () =>
  pids.every((pid) => stateOf(pid) === state);
export const noneIs = (pids: readonly number[], state: string) => () =>
  pids.every((pid) => stateOf(pid) !== state);
