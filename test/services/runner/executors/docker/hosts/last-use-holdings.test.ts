import { expect, it } from "vitest";
import type { Engine } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import type { Product } from "../../../../../../services/runner/executors/docker/engine/version.ts";
import { openHoldings } from "../../../../../../services/runner/executors/docker/hosts/last-use-holdings.ts";

const IMAGE = `sha256:${"b".repeat(64)}`;

/** A container that is gone by the time it is looked at. */
const ofGone = async (product: Product) => {
  const engine = { inspect: () => Promise.resolve(null), product: () => Promise.resolve(product) };
  const holdings = openHoldings(engine as unknown as Engine, new AbortController().signal);
  const use = { kind: "container", id: "a".repeat(64), image: IMAGE } as const;
  return [await holdings.of(use), await holdings.of(use)];
};

it("what Podman tells of a container that is gone may lack volumes, and that is said once", async () => {
  const known = { image: IMAGE, volumes: [] };
  expect(await ofGone("podman")).toEqual([{ ...known, isUnseen: true }, known]);
});

it("Docker tells of the volumes itself", async () => {
  const known = { image: IMAGE, volumes: [] };
  expect(await ofGone("docker")).toEqual([known, known]);
});
