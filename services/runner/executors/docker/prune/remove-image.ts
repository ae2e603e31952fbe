import type { ImageInspectInfo } from "dockerode";
import { classify, statusOf } from "../engine/classify.ts";
import { failedWith, skippedFor } from "../bulk/settled.ts";
import type { Engine } from "../engine/engine.ts";
import { IMAGE_ID, IMAGE_REF, safe } from "../engine/names.ts";
import { GONE, type Way } from "./removal.ts";
import type { Rules } from "./rules.ts";
import { imageLooks, named } from "./sightings.ts";
import { inspectImage } from "./see-images.ts";
import { containersWith, inUseBy } from "./users-now.ts";
import { guarded } from "./verdict.ts";

const REMOVE_MS = 600_000;
/** A chain of layers is at most 127 long. */
const PARENTS_AT_MOST = 200;

type Gone = readonly { readonly Untagged?: string; readonly Deleted?: string }[];

const NOBODY = { ids: new Set<string>(), project: undefined };

/** Who uses it by its id, so that every tag of an image in use counts as in use. */
const usersOf = async (engine: Engine, id: string, signal: AbortSignal): Promise<string | null> => {
  // Podman finds none by an id that says how it was reckoned, and Docker takes either.
  const found = await containersWith(engine, { ancestor: [id, id.replace("sha256:", "")] }, signal);
  return inUseBy(found.filter(({ ImageID }) => ImageID === id));
};

/** With its last child the engine deletes untagged parents too: not when one of them is guarded. */
const mayTakeParents = async (
  engine: Engine,
  { Parent }: ImageInspectInfo,
  { rules, signal }: { rules: Rules; signal: AbortSignal },
): Promise<boolean> => {
  // Newer engines leave it out where there is none.
  let id: string | undefined = Parent;
  for (let count = 0; id && count < PARENTS_AT_MOST; count += 1) {
    const parent = await inspectImage(engine, id, signal);
    if (parent === null || named(parent.RepoTags).length > 0) return true;
    if (guarded({ id, labels: parent.Config?.Labels ?? {}, names: [] }, rules, NOBODY)) return false;
    id = parent.Parent;
  }
  return true;
};

/** How the engine is to be asked, or why it is not to be asked at all. */
type Wish = { readonly noprune: boolean } | { readonly code: string; readonly why: string };

const TAKES_PARENTS = "With it Podman would remove what it was built on, which is protected.";

const wishFor = async (
  engine: Engine,
  inspected: ImageInspectInfo,
  around: { rules: Rules; signal: AbortSignal },
): Promise<Wish> => {
  const users = await usersOf(engine, inspected.Id, around.signal);
  if (users !== null) return { code: "in-use", why: users };
  if (await mayTakeParents(engine, inspected, around)) return { noprune: false };
  // Podman does not heed it.
  return (await engine.product(around.signal)) === "podman"
    ? { code: "protected", why: TAKES_PARENTS }
    : { noprune: true };
};

/** Its next name, or its id once it has none left: by id and with names the engine would want force. */
const handleOf = ({ Id, RepoTags, RepoDigests }: ImageInspectInfo): string => {
  const [name] = [...named(RepoTags), ...named(RepoDigests)];
  return name === undefined ? safe(IMAGE_ID, Id) : safe(IMAGE_REF, name);
};

const answerOf = (gone: Gone): { untagged: number; deleted: number } => ({
  untagged: gone.filter(({ Untagged }) => Untagged !== undefined).length,
  deleted: gone.filter(({ Deleted }) => Deleted !== undefined).length,
});

/** Takes an image's names away one by one, each after a fresh look at who uses it, and so the image; never by force. */
export const imageWay = (engine: Engine, rules: Rules): Way => ({
  look: async ({ id }, signal) => {
    const inspected = await inspectImage(engine, id, signal);
    return inspected && { looks: imageLooks(inspected), inUse: await usersOf(engine, id, signal) };
  },
  remove: async ({ id, bytes }, signal) => {
    let [untagged, deleted] = [0, 0];
    const asked = new Set<string>();
    for (;;) {
      const inspected = await inspectImage(engine, id, signal);
      if (inspected === null) break;
      const wish = await wishFor(engine, inspected, { rules, signal });
      const soFar = untagged === 0 ? "" : ` ${untagged} of its names had been taken away by then.`;
      if ("why" in wish) return skippedFor(wish.code, wish.why + soFar);
      const handle = handleOf(inspected);
      // Some engines say yes, or that there is no such name, and keep it: asking again would not end.
      if (asked.has(handle)) return failedWith("refused", `The engine still has ${handle}.${soFar}`);
      asked.add(handle);
      try {
        const gone = await engine.request<Gone | null>(
          { method: "DELETE", path: `/images/${handle}`, query: { noprune: wish.noprune } },
          { limitMs: REMOVE_MS, signal },
        );
        const answer = answerOf(gone ?? []);
        untagged += answer.untagged;
        deleted += answer.deleted;
      } catch (error) {
        // Somebody else took this name away; the next look shows what is left.
        if (classify(error) === "gone") continue;
        if (classify(error) !== "conflict" || untagged === 0) throw error;
        return { ...skippedFor("in-use", `The engine keeps it.${soFar}`), answer: String(statusOf(error)) };
      }
    }
    // Somebody else has removed it between our look and our request.
    if (untagged + deleted === 0) return GONE;
    return {
      outcome: "done",
      answer: `200 untagged ${untagged}, deleted ${deleted}`,
      ...(bytes === undefined || deleted === 0 ? {} : { freed: bytes }),
    };
  },
});
