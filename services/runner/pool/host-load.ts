import { cpus, freemem, totalmem } from "node:os";

/** One look a second: a mean of five says what the host does, not what happens this moment. */
const LOOKS = 5;

/** Shares from 0 to 1. */
export interface HostLoad {
  readonly cpu: number;
  readonly memory: number;
}

interface Times {
  readonly busy: number;
  readonly all: number;
}

const times = (): Times => {
  let busy = 0;
  let all = 0;
  for (const { times: spent } of cpus()) {
    const used = spent.user + spent.nice + spent.sys + spent.irq;
    busy += used;
    all += used + spent.idle;
  }
  return { busy, all };
};

/** Reads the host's load; processor time since up to five looks ago. */
export const createHostLoad = (): (() => HostLoad) => {
  const looks = [times()];
  return () => {
    looks.push(times());
    if (looks.length > LOOKS + 1) looks.shift();
    const [first, last] = [looks[0], looks.at(-1)];
    const all = first && last ? last.all - first.all : 0;
    const cpu = first && last && all > 0 ? (last.busy - first.busy) / all : 0;
    return { cpu, memory: 1 - freemem() / totalmem() };
  };
};
