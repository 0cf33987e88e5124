import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadCloudKey } from "../identity/cloud-key.ts";
import { type OpenDatabase, openDatabase } from "../store/database.ts";
import { exportAudit, verifyAuditFile } from "./audit-file.ts";
import { appendAudit, SYSTEM } from "./audit-log.ts";

let folder: string;
let store: OpenDatabase;
let file: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sw-audit-file-"));
  file = join(folder, "audit.jsonl");
  store = await openDatabase(join(folder, "cloud.sqlite"));
  for (let n = 1; n <= 5; n++) {
    const act = { action: "site.edit", subject: `site:s-${n}`, regionPath: "county/", detail: { n } };
    await appendAudit(store.db, SYSTEM, act, n * 1_000);
  }
  await exportAudit(store.db, loadCloudKey(folder), file, 9_000);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const lines = () => readFileSync(file, "utf8").trimEnd().split("\n");
const rewrite = (changed: readonly string[]) => writeFileSync(file, `${changed.join("\n")}\n`);

describe("an exported audit log", () => {
  it("isProvenByItsFileAlone", async () => {
    expect(await verifyAuditFile(file)).toMatchObject({ entries: 5, brokenAt: null, sealedMs: 9_000 });
  });

  it("isBrokenByAChangedATakenOutAndACutOffEntry", async () => {
    const whole = lines();
    rewrite(whole.map((line, n) => (n === 2 ? line.replace('\\"n\\":3', '\\"n\\":4') : line)));
    expect((await verifyAuditFile(file)).brokenAt).toEqual({ id: 3, why: "its text was changed" });
    rewrite(whole.filter((_line, n) => n !== 1));
    expect((await verifyAuditFile(file)).brokenAt?.id).toBe(3);
    rewrite(whole.filter((_line, n) => n !== 4));
    expect((await verifyAuditFile(file)).brokenAt?.why).toMatch(/with another end/);
  });

  it("isNotProvenByASealThatTheKeyDidNotMake", async () => {
    const whole = lines();
    rewrite(whole.map((line, n) => (n === 5 ? line.replace('"atMs":9000', '"atMs":9001') : line)));
    expect((await verifyAuditFile(file)).brokenAt?.why).toMatch(/not the key's/);
  });

  it("isNotTakenForOneWhenItIsSomethingElse", async () => {
    writeFileSync(file, "序号,企业名称\n1,青石\n");
    await expect(verifyAuditFile(file)).rejects.toMatchObject({ code: "AUDIT_FILE_UNUSABLE" });
    await expect(exportAudit(store.db, loadCloudKey(folder), file, 1)).rejects.toMatchObject({
      code: "AUDIT_FILE_UNUSABLE",
    });
  });
});
