import { join } from "node:path";
import { expect, it } from "vitest";
import { openEngine } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import { volumeWay } from "../../../../../../services/runner/executors/docker/prune/remove-volume.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { startFakeEngine } from "../engine/fake-engine.ts";
import { idOf } from "./a-survey.ts";

it("a volume is in use by whom the engine finds, also where its list names no mounts", async () => {
  const path = join(temporaryFolder("fake"), "docker.sock");
  const fake = await startFakeEngine(path);
  try {
    const engine = openEngine({ dial: { kind: "socket", path }, address: null, pinned: null });
    const user = { Id: idOf("user"), Names: ["/user"], State: "exited" };
    fake.others = {
      "/volumes/data": { Name: "data", Driver: "local", Labels: null, Options: null },
      "/containers/json": [{ ...user, Mounts: null }],
    };
    const look = () =>
      volumeWay(engine).look({ kind: "volume", id: "data", name: "data" }, AbortSignal.timeout(10_000));
    expect((await look())?.inUse).toBe("Used by user.");
    const elsewhere = [{ Type: "bind", Destination: "data" }];
    fake.others = { ...fake.others, "/containers/json": [{ ...user, Mounts: elsewhere }] };
    expect((await look())?.inUse, "its filter finds places in containers too").toBeNull();
  } finally {
    await fake.close();
  }
});
