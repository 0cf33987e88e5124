import { join } from "node:path";
import { openSqlite } from "@sealwatch/platform";
import { afterEach, beforeEach, expect, it } from "vitest";
import { LiveSite } from "../rig/live-site.ts";

let site: LiveSite;
beforeEach(async () => {
  site = new LiveSite();
  await site.start();
});
afterEach(() => site.close());

/** Segments in a gateway's journal or a cloud's replica. */
async function segmentsIn(file: string): Promise<unknown> {
  const { db, close } = await openSqlite(file);
  try {
    return db.get("SELECT count(*) AS count FROM segment")?.["count"];
  } finally {
    await close();
  }
}

it("aGatewayThatIsStoppedWaitsForACloudThatIsSlowToCommitAndSaysSo", async () => {
  const goOn = site.holdCloud();
  const waits = site.logged("waiting for the cloud");
  const stopped = site.gateway?.stop();
  await waits.finally(goOn);
  await stopped;
  expect((await site.replica()).some(({ type }) => type === "sample" || type === "run")).toBe(true);
  const sealed = await segmentsIn(join(site.dataDir, "journal.db"));
  expect(await segmentsIn(join(site.folder, "cloud", "cloud.sqlite"))).toBe(sealed);
});
