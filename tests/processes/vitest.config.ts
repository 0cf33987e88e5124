import { defineConfig } from "vitest/config";

/** Gateway and cloud as processes, through enrolment, reloads, losses and restores: what takes longer than `npm test` may. */
export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    include: ["tests/processes/**/*.test.ts"],
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
