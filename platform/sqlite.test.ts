import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqlite } from "./sqlite.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sealwatch-sqlite-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("openSqlite", () => {
  it("opensInWalWithFullSync", async () => {
    const { db, close } = await openSqlite(join(folder, "a.sqlite"));
    expect(db.get("PRAGMA journal_mode")).toEqual({ journal_mode: "wal" });
    expect(db.get("PRAGMA synchronous")).toEqual({ synchronous: 2 });
    expect(db.get("PRAGMA page_size")).toEqual({ page_size: 1024 });
    await close();
  });

  it("aSecondOpenerIsRefused", async () => {
    const first = await openSqlite(join(folder, "a.sqlite"));
    await expect(openSqlite(join(folder, "a.sqlite"))).rejects.toThrow(/ALREADY_RUNNING/);
    await first.close();
    const second = await openSqlite(join(folder, "a.sqlite"));
    await second.close();
  });

  it("theLockOfAKilledProcessDoesNotStayInTheWay", async () => {
    const file = join(folder, "a.sqlite");
    const door = new URL("./dist/index.js", import.meta.url).href;
    const script = `
      const { openSqlite } = await import(${JSON.stringify(door)});
      const { db } = await openSqlite(${JSON.stringify(file)});
      db.exec("CREATE TABLE kept (value)");
      db.run("INSERT INTO kept VALUES (42)");
      process.kill(process.pid, "SIGKILL");`;
    const killed = spawnSync(process.execPath, ["--input-type=module", "-e", script]);
    expect(killed.signal).toBe("SIGKILL");
    const { db, close } = await openSqlite(file);
    expect(db.get("SELECT value FROM kept")).toEqual({ value: 42 });
    await close();
  });

  it("aFileThatIsNoDatabaseIsLetGoOf", async () => {
    const file = join(folder, "a.sqlite");
    writeFileSync(file, "this was a database once".repeat(100));
    const handles = () => readdirSync("/proc/self/fd").length;
    await openSqlite(file).catch(() => {});
    const before = handles();
    for (let attempt = 0; attempt < 5; attempt++) await expect(openSqlite(file)).rejects.toThrow();
    expect(handles()).toBe(before);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it("aStaleLockOfUnknownOriginIsRemovedUnderTheGuard", async () => {
    const file = join(folder, "a.sqlite");
    mkdirSync(`${file}.lock`);
    const { close } = await openSqlite(file);
    await close();
  });
});
