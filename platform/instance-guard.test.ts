import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { acquireInstanceGuard } from "./instance-guard.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sealwatch-guard-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("aSocketFileThatAKilledHolderLeftIsTakenOver", async () => {
  const address = join(folder, "guard");
  const script = `require("node:net").createServer().listen(${JSON.stringify(address)}, () => process.kill(process.pid, "SIGKILL"))`;
  expect(spawnSync(process.execPath, ["-e", script]).signal).toBe("SIGKILL");
  expect(existsSync(address)).toBe(true);
  const guard = await acquireInstanceGuard(join(folder, "journal.db"), address);
  await expect(acquireInstanceGuard(join(folder, "journal.db"), address)).rejects.toThrow(/ALREADY_RUNNING/);
  await guard.release();
  await (await acquireInstanceGuard(join(folder, "journal.db"), address)).release();
});
