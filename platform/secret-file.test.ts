import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { secretFile } from "./secret-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sw-secret-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("isMadeOnceForItsOwnerOnly", () => {
  const file = join(folder, "keys", "one.key");
  expect(secretFile(file, () => "first")).toBe("first");
  expect(secretFile(file, () => "second")).toBe("first");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, "keys"))).toEqual(["one.key"]);
});

it("keepsTheFirstOfTwoThatAreMadeAtOnce", () => {
  const file = join(folder, "one.key");
  expect(secretFile(file, () => secretFile(file, () => "inner") && "outer")).toBe("inner");
});
