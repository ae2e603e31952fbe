import { existsSync } from "node:fs";
import Docker from "dockerode";

const required = (process.env["LONGSHORE_TEST_REQUIRE"] ?? "").split(",");

const engineAnswers = async (): Promise<boolean> => {
  try {
    const late = new Promise((_, reject) => {
      setTimeout(() => reject(new Error("no answer")), 3_000).unref();
    });
    await Promise.race([new Docker().ping(), late]);
    return existsSync(BUSYBOX);
  } catch {
    return false;
  }
};

/** Debian's busybox-static: one binary that is a whole image. */
export const BUSYBOX = "/bin/busybox";
export const CHROMIUM = "/usr/bin/chromium";
/** Of Debian's openssh-server. */
export const SSHD = "/usr/sbin/sshd";
export const PODMAN = "/usr/bin/podman";

const program = (name: string): string | undefined =>
  ["/usr/bin", "/usr/sbin", "/usr/local/bin"]
    .map((folder) => `${folder}/${name}`)
    .find((path) => existsSync(path));

/** The engine's own programs, for tests that kill one. */
export const ENGINE_PROGRAM = program("dockerd") ?? "dockerd";
export const CONTAINERD = program("containerd") ?? "containerd";
const hasPrograms = existsSync(ENGINE_PROGRAM) && existsSync(CONTAINERD);

/** True when a suite must stand aside because the machine lacks what it needs; never where it is required. */
export const lacks = {
  docker: !required.includes("docker") && !(await engineAnswers()),
  ownEngine: !required.includes("docker") && (!hasPrograms || process.getuid?.() !== 0),
  browser: !required.includes("browser") && !existsSync(CHROMIUM),
  ssh: !required.includes("ssh") && !existsSync(SSHD),
  podman: !required.includes("podman") && !existsSync(PODMAN),
};
