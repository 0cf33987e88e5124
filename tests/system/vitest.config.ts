import { defineConfig } from "vitest/config";

/** Needs Debian packages such as socat and faketime (DEBIAN_PACKAGES in .ci/run); fails, never skips, where one is missing. */
export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    include: ["tests/system/**/*.test.ts", "gateway/**/*.system.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    pool: "forks",
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
