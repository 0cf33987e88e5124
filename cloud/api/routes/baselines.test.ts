import { generateKeyPairSync } from "node:crypto";
import { refusalCounter, silentLogger, systemClock } from "@sealwatch/platform";
import {
  decodeHello,
  ed25519PublicKey,
  ed25519Signer,
  encodeHello,
  encodeSegment,
  type JournalRecord,
  NO_HASH,
  sealSegment,
} from "@sealwatch/protocols";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloudConfigSchema } from "../../config/cloud-config.ts";
import { channel } from "../../detect/written-channels.fixture.ts";
import { SegmentPipeline } from "../../pipeline/segment-pipeline.ts";
import { SiteRegistry } from "../../registry/site-registry.ts";
import type { Database } from "../../store/database.ts";
import { type Person, TestCounty } from "../test-county.fixture.ts";

const SITE = "/sites/qingshi-dyes";
let county: TestCounty;
let officer: Person;
let villager: Person;
let elsewhere: Person;

beforeAll(async () => {
  county = await TestCounty.start();
  officer = await county.enter("li.wei", "county-officer", "yunxi");
  villager = await county.enter("zhao.liu", "grid-member", "qingshi");
  elsewhere = await county.enter("wang.wu", "county-officer", "linxi");
  const site = { id: "qingshi-dyes", region: "qingshi", name: { zh: "青石染化", en: "Qingshi Dyes" } };
  await officer.post("/sites", site);
}, 180_000);
afterAll(() => county.close());

const relearn = (person: Person, reason: unknown) => person.post(`${SITE}/baseline/relearn`, { reason });

describe("a baseline that no longer counts", () => {
  it("isLearnedAnewOnAnOfficersWordWithAReason", async () => {
    expect((await officer.get(SITE)).body.baselineRelearn).toBeNull();
    expect((await relearn(officer, " ")).body.detail).toContain("write why the baseline no longer counts");
    expect((await relearn(villager, "不想要")).status).toBe(403);
    expect((await relearn(elsewhere, "不想要")).status).toBe(404);
    expect((await officer.get(SITE)).body.baselineRelearn).toBeNull();
    expect((await relearn(officer, "新增冷库")).status).toBe(204);
    expect((await villager.get(SITE)).body).toMatchObject({
      baselineAccepted: null,
      baselineRelearn: { by: "li.wei", reason: "新增冷库" },
    });
  });

  it("askedAgainBeforeAnyRecordIsForgottenOnce", async () => {
    const { baselineRelearn } = (await officer.get(SITE)).body;
    expect((await relearn(officer, "又一次")).status).toBe(204);
    expect((await officer.get(SITE)).body.baselineRelearn).toEqual(baselineRelearn);
  });

  it("isNotAcceptedBeforeItWasLearned", async () => {
    const told = await officer.post(`${SITE}/baseline/accept`);
    expect([told.status, told.body.code]).toEqual([409, "BASELINE_NOT_READY"]);
  });
});

describe("a contacts module that is taken off its gateway's channel list", () => {
  const MINUTE_MS = 60_000;
  const GATEWAY = "gw-000001";
  const EPOCH = "00112233445566ff";
  const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const site = { id: "baihe-pigments", name: { zh: "白河颜料", en: "Baihe Pigments" }, formerLoadW: 60_000 };
  const sites = [{ ...site, gateways: [{ id: GATEWAY, publicKey: ed25519PublicKey(pem) }] }];
  const seals = (device: string, id: number) =>
    channel(id, "contact", { device, contact: { role: "seal", normal: 1 } });
  const startMs = Date.now() - 30 * MINUTE_MS;
  const opening: JournalRecord[] = [
    { type: "channels", atMs: 0, channels: [seals("contacts-1", 1), seals("contacts-2", 2)] },
    { type: "clock", atMs: 0, utcMs: startMs, uncertaintyMs: 20, source: "system" },
    { type: "channels", atMs: 5 * MINUTE_MS, channels: [seals("contacts-1", 1)] },
  ];
  const polls: JournalRecord = {
    ...{ type: "run", fromMs: 40 * MINUTE_MS, atMs: 45 * MINUTE_MS },
    ...{ channel: 1, value: 1, polls: 300, longestGapMs: 1_100 },
  };
  let prev = NO_HASH;

  /** Commits the next segment of the gateway's journal. */
  async function write(db: Database, seq: number, records: JournalRecord[]): Promise<void> {
    const { sites: known } = cloudConfigSchema.parse({
      dataDir: ".",
      mode: "test",
      mqtt: { port: 0 },
      sites,
    });
    const log = silentLogger();
    const pipeline = new SegmentPipeline({
      ...{ db, registry: new SiteRegistry(known), clock: systemClock, log, onCommitted: () => {} },
      ...{ refusals: refusalCounter(log), signer: ed25519Signer(pem) },
    });
    await pipeline.load();
    const held = { epoch: EPOCH, parent: null, oldestSeq: 1, newestSeq: seq };
    await pipeline.takeHello(GATEWAY, decodeHello(encodeHello({ epochs: [held], software: "by hand" })));
    const place = { gateway: GATEWAY, epoch: EPOCH, seq, prev, parent: null };
    const segment = sealSegment(place, records, ed25519Signer(pem));
    await pipeline.takeSegment(GATEWAY, encodeSegment(segment));
    await pipeline.idle();
    prev = segment.hash;
  }

  it("isMissedUntilAPersonAcceptsWhatIsLeftThoughThereIsNoBaselineToAccept", async () => {
    const other = await TestCounty.start({ sites });
    try {
      const clerk = await other.enter("chen.yi", "county-officer", null);
      await other.whileStopped((db) => write(db, 1, opening));
      const removed = { gateway: GATEWAY, device: "contacts-2", sinceMs: startMs + 5 * MINUTE_MS };
      const before = (await clerk.get(`/sites/${site.id}`)).body;
      expect(before).toMatchObject({ verdict: "unknown", level: "blue", removedDevices: [removed] });
      const [alert] = (await clerk.get(`/sites/${site.id}/alerts`)).body;
      expect(alert).toMatchObject({ level: "blue", class: "silence", reasons: [{ rule: "device-removed" }] });
      expect((await clerk.post(`/sites/${site.id}/baseline/accept`)).status).toBe(204);
      const pending = (await clerk.get(`/sites/${site.id}`)).body;
      expect(pending).toMatchObject({ baselineAccepted: null, removedDevices: [] });
      const again = await clerk.post(`/sites/${site.id}/baseline/accept`, { instrumentsOnly: true });
      expect(again.status).toBe(204);
      await other.whileStopped((db) => write(db, 2, [polls]));
      const after = (await clerk.get(`/sites/${site.id}/alerts`)).body;
      expect(after[0].reasons).toMatchObject([{ rule: "device-removed", active: false }]);
      expect((await clerk.get(`/sites/${site.id}`)).body.removedDevices).toEqual([]);
    } finally {
      await other.close();
    }
  }, 60_000);
});
