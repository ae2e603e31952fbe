import { afterAll } from "vitest";
import { removeMadeFolders } from "./temporary-folder.ts";

/** Tens of thousands of small files take a busy disk minutes. */
const LIMIT_MS = 300_000;

// Vitest runs this file before each test file, and so this hook after all of that file's own.
afterAll(removeMadeFolders, LIMIT_MS);
