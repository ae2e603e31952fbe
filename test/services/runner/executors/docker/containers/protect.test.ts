import { describe, expect, it } from "vitest";
import {
  findOwn,
  ownIds,
  protectionOf,
} from "../../../../../../services/runner/executors/docker/containers/protect.ts";

const idOf = (start: string): string => start.padEnd(64, "0");

describe("protection", () => {
  const own = { ids: new Set([idOf("f00d")]), project: "ours" };
  it.each([
    [idOf("f00d"), {}, /Longshore itself/],
    [idOf("1"), { "com.docker.compose.project": "ours" }, /own project "ours"/],
    [idOf("1"), { "longshore.protect": "yes" }, /longshore.protect/],
    [idOf("1"), { "longshore.attempt": "task.1" }, /A task of Longshore runs in it/],
    [idOf("1"), { "com.docker.swarm.task.id": "t" }, /Docker Swarm/],
    [idOf("1"), { "io.kubernetes.pod.uid": "p" }, /Kubernetes/],
  ])("leaves %s with %o alone", (id, labels, reason) => {
    expect(protectionOf(id, labels as Record<string, string>, own)).toMatch(reason);
  });
  it("leaves others to the task", () => {
    expect(protectionOf(idOf("1"), { "longshore.protect": "false" }, own)).toBeNull();
    expect(protectionOf(idOf("1"), { "com.docker.compose.project": "theirs" }, own)).toBeNull();
    expect(findOwn([{ Id: idOf("abcd1") }]).ids.size).toBe(0);
  });
  it("knows its own container by what the engine mounts, and not by what others have mounted", () => {
    const [mine, other] = [idOf("aa"), idOf("bb")];
    const mountinfo = [
      `700 600 254:1 /var/lib/docker/containers/${mine}/hostname /etc/hostname rw - ext4 /dev/vda1 rw`,
      `701 600 254:1 /var/lib/docker/containers/${other}/mounts/shm /var/lib/docker/x rw - tmpfs shm rw`,
    ].join("\n");
    expect(ownIds(mountinfo, "")).toEqual([mine]);
    const podman = `9 8 0:44 /containers/storage/overlay-containers/${mine}/userdata/hostname /etc/hostname rw - tmpfs tmpfs rw`;
    expect(ownIds(podman, ""), "Podman's").toEqual([mine]);
    expect(ownIds("", `5:cpu:/docker/${mine}\n0::/system.slice/docker-${mine}.scope`)).toEqual([mine]);
    expect(ownIds("", "0::/user.slice/user-0.slice")).toEqual([]);
  });
});
