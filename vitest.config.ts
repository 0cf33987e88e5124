import { defineConfig } from "vitest/config";

/** Unit tests run from source; what starts a process or a worker uses the built files. */
export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    include: ["*/**/*.test.ts"],
    exclude: [
      ...["**/node_modules/**", "**/dist/**", "tests/browser/**", "tests/system/**", "tests/intruder/**"],
      // Years of simulated floors and whole processes: npm run test:processes. What needs a Debian package: npm run test:system.
      ...["tests/processes/**", "**/*.years.test.ts", "**/*.system.test.ts"],
    ],
    pool: "forks",
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
