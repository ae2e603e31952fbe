import { configDefaults, defineConfig } from "vitest/config";

/** Takes away what a test file has put on the disk. */
const setupFiles = ["test/support/remove-folders.ts"];
const exclude = [...configDefaults.exclude, "dist/**", ".longshore/**"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "pure",
          include: ["test/**/*.test.ts"],
          exclude: [...exclude, "test/**/*.live.test.ts", "test/web/console/**"],
          setupFiles,
        },
      },
      {
        test: {
          name: "live",
          include: ["test/**/*.live.test.ts"],
          exclude,
          setupFiles,
          globalSetup: ["test/support/global-setup.ts"],
          // Each file starts servers of its own; more than two files at once starve a small machine.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // The tests load the machine themselves, and mean to run more than one task at once all the same.
          env: { LONGSHORE_CPU_LIMIT: "100" },
          // A server that comes back replays its log first; vitest's own default is one second.
          expect: { poll: { timeout: 20_000 } },
        },
      },
      {
        test: {
          name: "console",
          include: ["test/web/console/**/*.test.{ts,tsx}"],
          exclude: [...exclude, "test/**/*.live.test.ts"],
        },
      },
    ],
  },
});
