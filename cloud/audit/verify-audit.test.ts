import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type OpenDatabase, openDatabase } from "../store/database.ts";
import { appendAudit, appendAudits, SYSTEM } from "./audit-log.ts";
import { verifyAudit } from "./verify-audit.ts";

let folder: string;
let store: OpenDatabase;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sw-audit-"));
  store = await openDatabase(join(folder, "cloud.sqlite"));
  for (let n = 1; n <= 5; n++) {
    const act = { action: "site.edit", subject: `site:s-${n}`, regionPath: "county/", detail: { n } };
    await appendAudit(store.db, SYSTEM, act, n * 1_000);
  }
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const row = (id: number) => store.db.updateTable("audit").where("id", "=", id);

describe("the audit chain", () => {
  it("isWholeAsItWasWritten", async () => {
    const { entries, head, brokenAt } = await verifyAudit(store.db);
    expect([entries, brokenAt]).toEqual([5, null]);
    expect(head).toMatch(/^[0-9a-f]{64}$/);
  });

  it("isTheSameWhetherActsAreAppendedTogetherOrOneByOne", async () => {
    const acts = Array.from({ length: 1_203 }, (_, n) => {
      return { action: "site.enter", subject: `site:s-${n}`, regionPath: "county/", detail: { n } };
    });
    await appendAudits(store.db, SYSTEM, acts.slice(0, 600), 9_000);
    await appendAudits(store.db, SYSTEM, [], 9_000);
    for (const act of acts.slice(600, 603)) await appendAudit(store.db, SYSTEM, act, 9_000);
    await appendAudits(store.db, SYSTEM, acts.slice(603), 9_000);
    expect(await verifyAudit(store.db)).toMatchObject({ entries: 5 + acts.length, brokenAt: null });
    const rows = await store.db
      .selectFrom("audit")
      .select("subject")
      .where("id", ">", 5)
      .orderBy("id")
      .execute();
    expect(rows.map(({ subject }) => subject)).toEqual(acts.map(({ subject }) => subject));
  });

  it("isBrokenWhereATextWasChanged", async () => {
    await row(3).set({ entry_json: '{"atMs":3000}' }).execute();
    expect((await verifyAudit(store.db)).brokenAt).toEqual({ id: 3, why: "its text was changed" });
  });

  it("isBrokenAfterAnEntryThatWasTakenOut", async () => {
    await store.db.deleteFrom("audit").where("id", "=", 2).execute();
    expect((await verifyAudit(store.db)).brokenAt).toMatchObject({ id: 3 });
  });

  it("isBrokenWhereAColumnTellsOtherThanTheText", async () => {
    await row(4).set({ actor: "somebody else" }).execute();
    expect((await verifyAudit(store.db)).brokenAt).toMatchObject({ id: 4 });
  });
});
