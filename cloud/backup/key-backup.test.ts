import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@sealwatch/platform";
import { afterEach, beforeEach, expect, it } from "vitest";
import { acknowledgeKey, readClaim, signClaim } from "../notify/acknowledge-link.ts";
import { openDatabase } from "../store/database.ts";
import { answerBackup } from "./backup.ts";
import { restoreBackup } from "./restore.ts";

const CLAIM = { case: "case-7", user: "u1", expiresMs: 160_000 };
let folder: string;
let out: string;
let link: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sw-key-backup-"));
  const dataDir = join(folder, "data");
  out = join(folder, "backup");
  mkdirSync(dataDir);
  const store = await openDatabase(join(dataDir, "cloud.sqlite"));
  link = signClaim(CLAIM, acknowledgeKey(dataDir));
  writeFileSync(join(dataDir, "cloud.key"), "the county's");
  const never = new AbortController().signal;
  const told = await answerBackup(
    { db: store.db, clock: systemClock, config: { dataDir } },
    out,
    () => {},
    never,
  );
  expect(told.secrets).toEqual(["cloud.key", "acknowledge.key"]);
  await store.close();
});
afterEach(() => rmSync(folder, { recursive: true }));

it("aLinkThatIsOutWorksAfterARestoreElsewhere", async () => {
  const other = join(folder, "other");
  expect(await restoreBackup(out, other)).toContain("acknowledge.key");
  expect(statSync(join(other, "acknowledge.key")).mode & 0o777).toBe(0o600);
  expect(readClaim(link, acknowledgeKey(other))).toEqual(CLAIM);
});

it("aKeyForLinksThatWasMadeAnewStays", async () => {
  const other = join(folder, "other");
  mkdirSync(other);
  const fresh = acknowledgeKey(other);
  await restoreBackup(out, other);
  expect(acknowledgeKey(other)).toEqual(fresh);
  expect(readClaim(link, fresh)).toBeNull();
});

it("anotherCountysKeyIsRefused", async () => {
  const other = join(folder, "other");
  mkdirSync(other);
  writeFileSync(join(other, "cloud.key"), "another's");
  await expect(restoreBackup(out, other)).rejects.toMatchObject({ code: "BACKUP_UNUSABLE" });
});
