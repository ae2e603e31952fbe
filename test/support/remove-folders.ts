import { afterAll } from "vitest";
import { removeMadeFolders } from "./temporary-folder.ts";

// Vitest runs this file before each test file, and so this hook after all of that file's own.
afterAll(removeMadeFolders);
