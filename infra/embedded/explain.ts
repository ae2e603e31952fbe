import { BadEnvironment } from "#infra/env.ts";
import { Fatal } from "#infra/service.ts";

const BY_CODE: Record<string, string> = {
  ENOSPC: "The disk is full",
  EDQUOT: "The disk quota is used up",
  EACCES: "A file may not be read or written",
  EPERM: "A file may not be read or written",
  EROFS: "The disk is read-only",
  EMFILE: "Too many files are open",
};

/** One sentence for the person where we know one; the whole stack for a bug. */
export const explain = (error: unknown): string => {
  if (error instanceof Fatal || error instanceof BadEnvironment) return error.message;
  if (!(error instanceof Error)) return String(error);
  const known = "code" in error ? BY_CODE[String(error.code)] : undefined;
  return known === undefined ? `Longshore has a bug: ${error.stack}` : `${known}: ${error.message}.`;
};
