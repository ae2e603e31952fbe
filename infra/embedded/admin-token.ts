import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The administrator's API token: `given` (LONGSHORE_ADMIN_TOKEN), else the one in the data folder, made when missing. */
export const adminToken = (data: string, given: string | null): string => {
  if (given !== null) return given;
  const file = join(data, "admin-token");
  if (!existsSync(file)) {
    writeFileSync(file, `lsh_${randomBytes(32).toString("base64url")}\n`, { mode: 0o600 });
  }
  return readFileSync(file, "utf8").trim();
};
