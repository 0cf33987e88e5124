import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { LiveSite } from "../rig/live-site.ts";

let site: LiveSite;
beforeEach(async () => {
  site = new LiveSite();
  await site.start();
}, 60_000);
afterEach(() => site.close());

it("aDamagedJournalIsPutAsideAndTheCloudTakesTheNewOneWithItsGap", { timeout: 60_000 }, async () => {
  await site.gateway?.stop();
  const file = join(site.dataDir, "journal.db");
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0x5a));
  await site.startGateway();
  expect(readdirSync(site.dataDir)).toContain("journal.db.corrupt-1");
  const records = await site.replica();
  const gap = records.findIndex((record) => record.type === "gap" && record.reason === "corrupt");
  expect(gap).toBeGreaterThan(0);
  expect(records.slice(gap).some(({ type }) => type === "sample")).toBe(true);
});
