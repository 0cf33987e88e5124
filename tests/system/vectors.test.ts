import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);
const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const VECTORS = path("../../protocols/vectors/");

it("aForeignImplementationAgreesWithEveryPublishedVector", async () => {
  const files = readdirSync(VECTORS).filter((name) => name.endsWith(".json") && name !== "keys.json");
  const counts = files.map((name) => JSON.parse(readFileSync(VECTORS + name, "utf8")).vectors.length);
  const script = [path("check-vectors.py"), VECTORS, path("../../cloud/evidence/verify.py")];
  const { stdout } = await run("/usr/bin/python3", script);
  expect(Number(stdout)).toBe(counts.reduce((sum, count) => sum + count, 0));
  expect(files).toHaveLength(7);
});
