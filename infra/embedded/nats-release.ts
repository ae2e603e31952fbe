import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { writeFileSync } from "node:fs";

const VERSION = "2.14.5";

/** SHA-256 of each official archive, as published with the release and repeated in the project's own images. */
const PINNED: Record<string, string> = {
  "linux-amd64": "5e3b603d47c447bda1f77f9ac16dbf91c90aac4ff3681f8fbbc7201e4ed99355",
  "linux-arm64": "673a98d3faa79dde3f9ebf16d6dfac36a5f694e7ad2015e4954dd7939c85cd4c",
  "darwin-amd64": "f95c98d6b6ed2b63c5681b46b092c9585c99767d547cf495730c329234625e96",
  "darwin-arm64": "ddd907854d9a2de834af133fa396915fe6442fe6d8909ae31390d1ea7a0fea50",
};

/** A machine without a way out drops packets rather than refusing them, so the first answer has a deadline of its own. */
const FIRST_ANSWER_MS = 5_000;
const WHOLE_MS = 120_000;

const platformName = (): string => `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;

const download = async (url: string): Promise<Buffer> => {
  const whole = AbortSignal.timeout(WHOLE_MS);
  const first = new AbortController();
  const timer = setTimeout(() => first.abort(new Error("no answer")), FIRST_ANSWER_MS);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([whole, first.signal]) });
    clearTimeout(timer);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } finally {
    clearTimeout(timer);
  }
};

/** Fetches the official release into `folder` and gives the binary's path; throws when it cannot or when the bytes differ. */
export const fromRelease = async (folder: string, say: (line: string) => void): Promise<string> => {
  const platform = platformName();
  const sum = PINNED[platform];
  if (sum === undefined) throw new Error(`no official nats-server release is pinned for ${platform}`);
  const name = `nats-server-v${VERSION}-${platform}`;
  say(`fetching nats-server ${VERSION} (official release)`);
  const archive = await download(
    `https://github.com/nats-io/nats-server/releases/download/v${VERSION}/${name}.tar.gz`,
  );
  const got = createHash("sha256").update(archive).digest("hex");
  if (got !== sum) throw new Error(`the archive's SHA-256 is ${got}, expected ${sum}`);
  const file = join(folder, "release.tar.gz");
  writeFileSync(file, archive);
  execFileSync("tar", ["-xzf", file, "-C", folder], { stdio: "pipe" });
  return join(folder, name, "nats-server");
};
