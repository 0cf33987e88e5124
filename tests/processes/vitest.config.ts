import { defineConfig } from "vitest/config";

/** Gateway and cloud as processes, through enrolment, reloads, losses and restores; rules over years: what takes longer than `npm test` may. */
export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    include: ["tests/processes/**/*.test.ts", "cloud/**/*.years.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    pool: "forks",
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
