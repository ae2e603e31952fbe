import { imageIdOf } from "../engine/podman.ts";
import type { EngineEvent } from "./watch.ts";

/** What an event says about the use of something; a container's image and volumes are to be looked up. */
export type Use =
  | { readonly kind: "container"; readonly id: string; readonly image: string | undefined }
  | { readonly kind: "container-gone"; readonly id: string }
  | { readonly kind: "image"; readonly image: string }
  | { readonly kind: "image-gone"; readonly id: string }
  | { readonly kind: "volume"; readonly name: string }
  | { readonly kind: "volume-gone"; readonly name: string };

/** A container uses its image when it is made and while it runs; looking into it (exec, top, copy) is no use. */
const ACTIONS: Readonly<Record<string, ReadonlySet<string>>> = {
  container: new Set(["create", "start", "restart", "unpause", "die"]),
  image: new Set(["pull", "tag", "import", "load", "build"]),
  volume: new Set(["mount", "unmount"]),
};
/** Podman's words beside Docker's. */
const GONE: ReadonlySet<string> = new Set(["destroy", "delete", "remove"]);

const goneOf = (kind: string, id: string): Use | undefined => {
  if (kind === "container") return { kind: "container-gone", id };
  if (kind === "image") return { kind: "image-gone", id };
  return kind === "volume" ? { kind: "volume-gone", name: id } : undefined;
};

/** Podman tells of volumes, and of what it built, by name only. */
const subjectOf = (type: string, { ID = "", Attributes }: NonNullable<EngineEvent["Actor"]>): string => {
  if (type === "container") return ID;
  const told = ID || (Attributes?.["name"] ?? "");
  return type === "image" ? imageIdOf(told) : told;
};

/** Undefined when the event is no use of anything. */
export const useOf = ({ Type = "", Action = "", Actor = {} }: EngineEvent): Use | undefined => {
  const id = subjectOf(Type, Actor);
  if (id === "") return undefined;
  if (GONE.has(Action)) return goneOf(Type, id);
  if (ACTIONS[Type]?.has(Action) !== true) return undefined;
  if (Type === "container") return { kind: "container", id, image: Actor.Attributes?.["image"] };
  return Type === "image" ? { kind: "image", image: id } : { kind: "volume", name: id };
};

/** By the engine's clock, RFC 3339. */
export const timeOf = ({ time = 0, timeNano }: EngineEvent): string =>
  new Date(timeNano === undefined ? time * 1_000 : timeNano / 1e6).toISOString();

/** By which an event is told from all others. */
export const keyOf = ({ Type = "", Action = "", Actor, time = 0, timeNano = 0 }: EngineEvent): string =>
  [timeNano || time, Type, Action, Actor?.ID ?? ""].join(" ");
