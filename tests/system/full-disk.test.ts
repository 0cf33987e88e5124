import { join } from "node:path";
import type { JournalRecord } from "@sealwatch/protocols";
import { afterEach, beforeEach, expect, it } from "vitest";
import { LiveSite } from "../rig/live-site.ts";
import { mountSmallDisk, type SmallDisk } from "../rig/small-disk.ts";

const CARD_MB = 24;

let site: LiveSite;
let disk: SmallDisk;
let onCard: { dataDir: string; keyFile: string; segments: object };

/** A live site whose gateway keeps its journal on a disk that can be filled. */
beforeEach(async () => {
  site = new LiveSite();
  await site.start();
  await site.gateway?.stop();
  const card = join(site.folder, "card");
  disk = mountSmallDisk(card, CARD_MB);
  onCard = {
    dataDir: join(card, "gateway"),
    keyFile: join(site.dataDir, "gateway.key"),
    segments: { everyMs: 1_000, tailCommitMs: 300 },
  };
  site.describe(onCard);
});
afterEach(async () => {
  disk.unmount();
  await site.close();
});

const samplesIn = (records: readonly JournalRecord[]) =>
  records.flatMap((record, index) => (record.type === "sample" ? [index] : []));
const status = async () => JSON.parse((await site.tool("status", "--json")).out);

it("aFullDiskStopsNeitherEventsNorTheGatewayAndTelemetryLostIsOnRecord", async () => {
  await site.startGateway();
  const full = site.logged("the disk is full");
  disk.fill();
  await full;
  expect((await status()).journal).toMatchObject({ diskFull: true });
  site.describe({ ...onCard, limits: { lostAfterMisses: 4 } });
  expect((await site.tool("reload")).out).toContain("applied");
  const { readings: before, polls } = await status();
  // Ten polls of contacts and meter: telemetry comes and finds no room.
  await expect.poll(async () => (await status()).polls, { timeout: 120_000 }).toBeGreaterThan(polls + 10);
  const room = site.logged("the disk has room again");
  const taken = site.logged("telemetry is taken again");
  disk.clear();
  await Promise.all([room, taken]);
  await expect.poll(async () => (await status()).readings, { timeout: 120_000 }).toBeGreaterThan(before + 10);
  expect((await status()).journal).toMatchObject({ diskFull: false, full: false });

  const records = await site.replica();
  const applied = records.findIndex((record) => record.type === "event" && record.event === "config-applied");
  const gap = records.findIndex((record) => record.type === "gap" && record.reason === "journal-full");
  expect(applied).toBeGreaterThan(0);
  expect(gap).toBeGreaterThan(applied);
  expect(samplesIn(records).some((index) => index < applied)).toBe(true);
  expect(samplesIn(records).some((index) => index > gap)).toBe(true);
});

it("startsOnAFullDiskFromTheReserve", async () => {
  await site.startGateway();
  await site.gateway?.stop();
  disk.fill();
  expect(disk.freeBytes()).toBe(0);
  await site.startGateway();
  expect((await status()).journal).toMatchObject({ diskFull: true });
  const room = site.logged("the disk has room again");
  disk.clear();
  await room;
  const started = (await site.replica()).filter(
    (record) => record.type === "event" && record.event === "gateway-started",
  );
  expect(started.length).toBe(3);
});
