import type { Step } from "../../../executor.ts";

/** What a pull says of one layer, or of all. */
export interface PullLine {
  readonly status?: string;
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

/** The share of a layer's work that is done when all of it has come. */
const DOWNLOADED = 0.7;
/** A pace needs this long to be worth telling. */
const PACE_MS = 1_000;
/** Told of layers before it is known how many others there are. */
const THERE = "Already exists";
const NAMED_AT_MOST = 5;
const MB = 1_000_000;

interface Layer {
  readonly phase: string;
  /** 0 to 1 of its work. */
  readonly share: number;
  readonly downloaded: number;
  readonly total: number | undefined;
}

const NEW: Layer = { phase: "Waiting", share: 0, downloaded: 0, total: undefined };

const after = (layer: Layer, { status: phase = "", progressDetail = {} }: PullLine): Layer => {
  const { current = 0, total = layer.total } = progressDetail;
  const part = total === undefined || total === 0 ? 0 : Math.min(1, current / total);
  const come = { phase, downloaded: total ?? 0, total };
  switch (phase) {
    case "Downloading":
      return { phase, share: DOWNLOADED * part, downloaded: current, total };
    case "Verifying Checksum":
    case "Download complete":
      return { ...come, share: DOWNLOADED };
    case "Extracting":
      return { ...come, share: DOWNLOADED + (1 - DOWNLOADED) * part };
    case "Pull complete":
    case THERE:
      return { ...come, share: 1 };
    default:
      return { ...layer, phase };
  }
};

const inMegabytes = (bytes: number): string => (bytes / MB).toFixed(1);

const describe = (layers: readonly Layer[]): string => {
  const complete = layers.filter(({ share }) => share === 1).length;
  const sum = (of: (layer: Layer) => number): number => layers.reduce((total, layer) => total + of(layer), 0);
  const total = sum((layer) => layer.total ?? 0);
  const bytes = total === 0 ? "" : `, ${inMegabytes(sum((l) => l.downloaded))} of ${inMegabytes(total)} MB`;
  return `${complete} of ${layers.length} layers${bytes}`;
};

/** Follows a pull's layers. `elapsedMs` is the time since it began; what is told never goes backwards. */
export interface Layers {
  /** Undefined when the line is about no layer. */
  take(line: PullLine, elapsedMs: number): Step | undefined;
}

export const createLayers = (): Layers => {
  const layers = new Map<string, Layer>();
  let furthest = 0;

  /** Layers that must come count by their size; one that has not told it yet as much as the average of those that have. */
  const share = (): number => {
    const all = [...layers.values()].filter(({ phase }) => phase !== THERE);
    if (all.length === 0) return 0;
    const known = all.flatMap(({ total }) => total ?? []);
    const usual = known.length === 0 ? 1 : known.reduce((sum, total) => sum + total, 0) / known.length;
    const weight = ({ total }: Layer): number => total ?? usual;
    const whole = all.reduce((sum, layer) => sum + weight(layer), 0);
    return all.reduce((sum, layer) => sum + weight(layer) * layer.share, 0) / whole;
  };

  return {
    take: (line, elapsedMs) => {
      if (line.id === undefined || line.status === undefined || line.status.startsWith("Pulling from"))
        return undefined;
      layers.set(line.id, after(layers.get(line.id) ?? NEW, line));
      furthest = Math.max(furthest, share());
      const all = [...layers];
      const active = all.filter(([, { phase }]) => phase === "Downloading" || phase === "Extracting");
      const hasPace = elapsedMs >= PACE_MS && furthest > 0 && furthest < 1;
      return {
        percent: Math.floor(furthest * 100),
        message: describe(all.map(([, layer]) => layer)),
        done: all.filter(([, layer]) => layer.share === 1).length,
        total: all.length,
        current: active.slice(0, NAMED_AT_MOST).map(([id, { phase }]) => `${phase} ${id}`),
        ...(hasPace ? { etaMs: Math.round((elapsedMs / furthest) * (1 - furthest)) } : {}),
      };
    },
  };
};
