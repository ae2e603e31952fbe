import { EngineRefused } from "./refused.ts";

/** The newest API this code was written for; newer engines still speak it. */
const NEWEST_API = "1.47";
/** Docker 19.03 and Podman 3; what is older lacks filters this code relies on. */
const OLDEST_API = "1.40";

/** What an engine says of itself before any version is agreed on. */
export interface VersionAnswer {
  readonly Version?: string;
  readonly ApiVersion?: string;
  readonly MinAPIVersion?: string;
  readonly Components?: readonly { readonly Name?: string }[] | null;
}

const NUMBERS = /^(\d{1,4})\.(\d{1,4})$/;

const isNewer = (one: string, other: string): boolean => {
  const [, major = "0", minor = "0"] = NUMBERS.exec(one) ?? [];
  const [, otherMajor = "0", otherMinor = "0"] = NUMBERS.exec(other) ?? [];
  return Number(major) === Number(otherMajor)
    ? Number(minor) > Number(otherMinor)
    : Number(major) > Number(otherMajor);
};

/** The version to speak with an engine, for its URLs: `v1.41`. Throws EngineRefused. */
export const agreedVersion = ({ ApiVersion = "", MinAPIVersion, Version = "" }: VersionAnswer): string => {
  if (!NUMBERS.test(ApiVersion)) throw new EngineRefused("What answers there is no container engine.");
  if (isNewer(OLDEST_API, ApiVersion))
    throw new EngineRefused(
      `The container engine ${Version} is too old: it speaks API ${ApiVersion}, and Longshore needs ${OLDEST_API} or newer.`,
    );
  if (MinAPIVersion !== undefined && isNewer(MinAPIVersion, NEWEST_API))
    throw new EngineRefused(
      `The container engine ${Version} is too new: it speaks API ${MinAPIVersion} and newer, and this Longshore speaks ${NEWEST_API} at most.`,
    );
  return `v${isNewer(ApiVersion, NEWEST_API) ? NEWEST_API : ApiVersion}`;
};

/** Podman answers Docker's API too, and not always alike. */
export type Product = "docker" | "podman";

export const productOf = ({ Components }: VersionAnswer): Product =>
  (Components ?? []).some(({ Name }) => Name?.startsWith("Podman") === true) ? "podman" : "docker";
