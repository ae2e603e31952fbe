import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));

export default defineConfig({
  root: here,
  base: "/",
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL("../../dist/console", import.meta.url)),
    emptyOutDir: true,
    target: "es2023",
    // The server's policy is default-src 'self': a data: URL would be blocked.
    assetsInlineLimit: 0,
    // The form of /new is the only large part and is loaded when it is opened.
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      // Only the form kit's own tests use it, and it would need 'unsafe-eval': it is not installed, and nothing of it is kept.
      external: ["@rjsf/validator-ajv8"],
      treeshake: { moduleSideEffects: [{ external: true, sideEffects: false }] },
    },
  },
});
