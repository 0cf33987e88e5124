import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDatabase } from "../../store/database.ts";
import { findImport, storeImport } from "./import-book.ts";

const DAY_MS = 86_400_000;

it("aPreviewThatExpiredIsDroppedAlsoWhereItsOwnerNeverComesBack", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sw-imports-"));
  const { db, close } = await openDatabase(join(folder, "cloud.sqlite"));
  const [read, plan] = [
    { rows: [], columns: {}, bad: [], ignored: [] },
    { rows: [], bad: [] },
  ];
  const store = (account: string, nowMs: number) =>
    storeImport(db, account, { fileName: "sites.csv", region: null }, read, plan, nowMs);
  const ids = async () => (await db.selectFrom("site_import").select("id").execute()).map(({ id }) => id);

  const gone = await store("u1", 0);
  const young = await store("u2", DAY_MS / 2);
  const own = await store("u3", DAY_MS);
  expect((await ids()).sort()).toEqual([young.id, own.id].sort());
  await expect(findImport(db, "u1", gone.id, DAY_MS)).rejects.toMatchObject({ code: "NOT_VISIBLE" });

  for (let more = 1; more <= 6; more++) await store("u3", DAY_MS + more);
  // Five of one person's, and what another still may apply.
  expect(await ids()).toHaveLength(6);
  expect(await ids()).toContain(young.id);
  await close();
  rmSync(folder, { recursive: true });
});
