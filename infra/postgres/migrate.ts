import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";

/** Any number will do, as long as nobody else in this database uses it. */
const LOCK = 7_400_001;

/** The folder of migrations, from the sources as well as from the bundle beside them. */
const migrationsFolder = (): string => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "schema", "migrations"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("schema/migrations was not found above this file");
    folder = parent;
  }
  return join(folder, "schema", "migrations");
};

/** Brings the read model's tables up to date. Several may call it at once: the library has no lock, so we hold one. */
export const migrate = async (databaseUrl: string): Promise<void> => {
  const client = postgres(databaseUrl, { max: 1, fetch_types: false, onnotice: () => undefined });
  try {
    await client`select pg_advisory_lock(${LOCK})`;
    await applyMigrations(drizzle(client), { migrationsFolder: migrationsFolder() });
  } finally {
    await client.end({ timeout: 5 });
  }
};
