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
const USES: Readonly<Record<string, ReadonlySet<string>>> = {
  container: new Set(["create", "start", "restart", "unpause", "die"]),
  image: new Set(["pull", "tag", "import", "load", "build"]),
  volume: new Set(["mount", "unmount"]),
};
/** Podman's words beside Docker's. */
const GONE: ReadonlySet<string> = new Set(["destroy", "delete", "remove"]);

/** Undefined when the event is no use of anything. */
export const useOf = ({ Type = "", Action = "", Actor }: EngineEvent): Use | undefined => {
  const id = Actor?.ID ?? "";
  const gone = GONE.has(Action);
  if (id === "" || !(gone || USES[Type]?.has(Action) === true)) return undefined;
  switch (Type) {
    case "container":
      return gone
        ? { kind: "container-gone", id }
        : { kind: "container", id, image: Actor?.Attributes?.["image"] };
    case "image":
      return gone ? { kind: "image-gone", id } : { kind: "image", image: id };
    case "volume":
      return gone ? { kind: "volume-gone", name: id } : { kind: "volume", name: id };
    default:
      return undefined;
  }
};

/** By the engine's clock, RFC 3339. */
export const timeOf = ({ time = 0, timeNano }: EngineEvent): string =>
  new Date(timeNano === undefined ? time * 1_000 : timeNano / 1e6).toISOString();

/** By which an event is told from all others. */
export const keyOf = ({ Type = "", Action = "", Actor, time = 0, timeNano = 0 }: EngineEvent): string =>
  [timeNano || time, Type, Action, Actor?.ID ?? ""].join(" ");
