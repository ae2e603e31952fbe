import type { VolumeInspectInfo } from "dockerode";
import { statusOf } from "../engine/classify.ts";
import type { Engine } from "../engine/engine.ts";
import { NAME, safe } from "../engine/names.ts";
import type { Way } from "./removal.ts";
import { volumeLooks } from "./sightings.ts";
import { containersWith, inUseBy } from "./users-now.ts";

const LOOK_MS = 30_000;
const REMOVE_MS = 300_000;

const inspectVolume = async (
  engine: Engine,
  name: string,
  signal: AbortSignal,
): Promise<VolumeInspectInfo | null> => {
  try {
    const path = `/volumes/${safe(NAME, name)}`;
    return await engine.request<VolumeInspectInfo>({ method: "GET", path }, { limitMs: LOOK_MS, signal });
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
};

/** Removes volumes by name, which the engine refuses when any container has one, and never by force. */
export const volumeWay = (engine: Engine): Way => ({
  look: async ({ id }, signal) => {
    const volume = await inspectVolume(engine, id, signal);
    if (volume === null) return null;
    const found = await containersWith(engine, { volume: [id] }, signal);
    // The filter finds places inside containers too; where no mounts are listed, it is believed.
    const users = found.filter(
      ({ Mounts }) => (Mounts as typeof Mounts | null)?.some(({ Name }) => Name === id) ?? true,
    );
    return { looks: volumeLooks(volume), inUse: inUseBy(users) };
  },
  remove: async ({ id, bytes }, signal) => {
    await engine.request(
      { method: "DELETE", path: `/volumes/${safe(NAME, id)}` },
      { limitMs: REMOVE_MS, signal },
    );
    return { outcome: "done", answer: "204", ...(bytes === undefined ? {} : { freed: bytes }) };
  },
});
