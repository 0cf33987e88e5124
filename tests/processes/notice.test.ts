import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AlertView } from "@sealwatch/cloud";
import {
  type ChannelDescription,
  decodeReceipt,
  type EventRecord,
  ed25519PublicKey,
  ed25519Verifier,
} from "@sealwatch/protocols";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CloudRig, startCloudRig } from "../rig/cloud-rig.ts";
import { CountyClient } from "../rig/county-client.ts";
import { HandGateway } from "../rig/hand-gateway.ts";
import { JournalWriter } from "../rig/journal-writer.ts";
import { expectWithin, measuredAgain } from "../rig/measured-again.ts";
import { GATEWAY, SITE } from "../rig/site-files.ts";
import { openingRecords, quietSamples } from "../rig/written-plant.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const EPOCH = "00000000000000d0";
/** The plant's time zero: thirty days ago, so that the backlog is long and the present is the present. */
const BACKLOG_MS = 30 * 24 * HOUR_MS;
const utcAtZeroMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - BACKLOG_MS;
const opened = (atMs: number, value = 0): EventRecord => ({
  ...{ type: "event", atMs, event: "contact-changed", device: "contacts-1", channel: 3, value },
});
const [opening] = openingRecords(utcAtZeroMs);
const channels = opening?.type === "channels" ? opening.channels : [];
const seal = channels.find(({ id }) => id === 3) as ChannelDescription;

const SEGMENT_MS = 5 * MINUTE_MS;
const SEGMENTS = BACKLOG_MS / SEGMENT_MS;
/** In flight at once, as a gateway does. */
const WINDOW = 32;

let rig: CloudRig;
let county: CountyClient;
let gateway: HandGateway;

async function open(): Promise<void> {
  rig = await startCloudRig();
  county = new CountyClient(rig.httpPort);
  gateway = await HandGateway.connect(rig, EPOCH);
  await gateway.send(openingRecords(utcAtZeroMs));
}
async function close(): Promise<void> {
  await gateway.close();
  await rig.close();
}
beforeAll(open, 120_000);
afterAll(close);

const told = async (part: Partial<AlertView>) => {
  const alerts = await county.alerts();
  return alerts.filter((alert) =>
    Object.entries(part).every(([key, value]) => alert[key as keyof AlertView] === value),
  );
};
/** Sends thirty days of segments; resolves with the time that took. */
async function drain(): Promise<number> {
  const fromMs = Date.now();
  const inFlight: Promise<void>[] = [];
  for (let atMs = 0; atMs < BACKLOG_MS; atMs += SEGMENT_MS) {
    inFlight.push(gateway.send(quietSamples(atMs, atMs + SEGMENT_MS, utcAtZeroMs)));
    if (inFlight.length >= WINDOW) await inFlight.shift();
  }
  await Promise.all(inFlight);
  return Date.now() - fromMs;
}
const noticeOf = (event: EventRecord) => ({ event, utcMs: utcAtZeroMs + event.atMs, channel: seal });

describe("a notice", { timeout: 300_000 }, () => {
  it("isAtTheApiWithinTwoSecondsWhileAMonthOfBacklogDrains", () =>
    measuredAgain(async (again) => {
      if (again) {
        await close();
        await open();
      }
      const drained = drain();
      await gateway.acked(({ head }) => (head?.seq ?? 0) > 500);
      const raisedMs = Date.now();
      await gateway.notice(noticeOf(opened(BACKLOG_MS)));
      const alerts = await told({ provisional: true });
      const tookMs = Date.now() - raisedMs;
      const { segments: held = 0 } = (await county.site(SITE)).gateways[0] ?? {};
      console.log(`a notice was at the API after ${tookMs} ms, at segment ${held} of ${SEGMENTS}`);
      expect(held).toBeLessThan(SEGMENTS);
      expect(alerts).toMatchObject([
        { class: "restart", level: "orange", rule: "contact-opened", withdrawnMs: null, late: false },
      ]);
      expect(alerts[0]?.sentence.zh).toContain("封条 S2");
      // It never enters the fold.
      expect((await county.site(SITE)).verdict).toBe("learning");
      console.log(`the backlog drained in ${((await drained) / 1000).toFixed(1)} s`);
      expectWithin(2_000, "a notice on its way to the API", tookMs);
    }));

  it("isOneAlertHoweverOftenItIsTold", async () => {
    await gateway.notice(noticeOf(opened(BACKLOG_MS)));
    expect(await told({ provisional: true })).toHaveLength(1);
  });

  it("becomesTheJournalsAlertThatKeepsTheTimeItWasRaised", async () => {
    const [provisional] = await told({ provisional: true });
    await gateway.send([opened(BACKLOG_MS)]);
    const alerts = await told({ class: "restart" });
    expect(alerts).toMatchObject([{ provisional: false, level: "orange", raisedMs: provisional?.raisedMs }]);
    expect(alerts[0]?.id).not.toBe(provisional?.id);
    expect((await county.site(SITE)).verdict).toBe("signs");
  });

  it("thatComesAfterItsEventSaysNothingNew", async () => {
    await gateway.send([opened(BACKLOG_MS + MINUTE_MS, 1), opened(BACKLOG_MS + 2 * MINUTE_MS, 0)]);
    await gateway.notice(noticeOf(opened(BACKLOG_MS + 2 * MINUTE_MS)));
    expect(await told({ provisional: true })).toEqual([]);
  });

  it("isWithdrawnWhenTheJournalPassesItsTimeWithoutIt", async () => {
    await gateway.notice(noticeOf(opened(BACKLOG_MS + 4 * MINUTE_MS)));
    expect(await told({ provisional: true })).toHaveLength(1);
    await gateway.send(quietSamples(BACKLOG_MS + 5 * MINUTE_MS, BACKLOG_MS + 6 * MINUTE_MS, utcAtZeroMs));
    const [alert] = await told({ provisional: true });
    expect(alert?.withdrawnMs).toBe(alert?.closedMs);
    expect(alert?.sentence.zh).toContain("已撤回");
  });

  it("ofLostMainsIsABlueInfoThatTheJournalConfirms", async () => {
    const mains = { ...seal, id: 9, point: "di5", contact: { role: "mains-present", normal: 1 } } as const;
    const event = { ...opened(BACKLOG_MS + 7 * MINUTE_MS), channel: 9 };
    await gateway.notice({ event, utcMs: null, channel: mains });
    expect(await told({ class: "info" })).toMatchObject([
      { level: "blue", provisional: true, closedMs: null },
    ]);
    await gateway.send([event]);
    expect(await told({ class: "info" })).toMatchObject([{ provisional: false, withdrawnMs: null }]);
  });
});

describe("a head receipt", { timeout: 120_000 }, () => {
  it("comesWithTheFirstAckOfAHeadAndThenOnceAnHour", async () => {
    const receipts = gateway.acks.flatMap(({ head, receipt }) => (receipt ? [{ head, receipt }] : []));
    expect(receipts).toHaveLength(1);
    const pem = readFileSync(join(rig.folder, "data", "cloud.key"), "utf8");
    const cloud = ed25519Verifier(ed25519PublicKey(pem));
    const { head, receipt } = receipts[0] ?? { head: null, receipt: new Uint8Array() };
    expect(decodeReceipt(receipt, cloud)).toMatchObject({ gateway: GATEWAY, head });
  });

  it("comesAgainWithANewConnection", async () => {
    await gateway.close();
    const newestSeq = gateway.journal.head.seq;
    const again = await HandGateway.connect(rig, EPOCH, { newestSeq });
    expect(await again.acked(({ receipt }) => receipt !== undefined)).toMatchObject({ reason: "hello" });
    await again.close();
    const third = await HandGateway.connect(rig, EPOCH, { newestSeq });
    expect((await third.acked(({ reason }) => reason === "hello")).receipt).toBeUndefined();
    await third.close();
  });
});

describe("what does not fit the chain", { timeout: 120_000 }, () => {
  it("isKeptApartAndToldToAPerson", async () => {
    const forger = new JournalWriter(GATEWAY, rig.signer, EPOCH);
    const forged = forger.next([{ type: "event", atMs: 1, event: "gateway-started" }]).bytes;
    const other = await HandGateway.connect(rig, EPOCH, { newestSeq: gateway.journal.head.seq });
    await other.publish("segment", forged);
    await other.publish("segment", forged);
    await other.close();
    const page = await fetch(`http://127.0.0.1:${rig.httpPort}/api/v1/gateways/${GATEWAY}/contradictions`);
    expect(await page.json()).toMatchObject({
      ...{ total: 1, contradictions: [{ epoch: EPOCH, seq: 1 }], before: null },
    });
    expect(await told({ rule: "journal-contradiction" })).toMatchObject([
      { class: "info", level: "blue", closedMs: null },
    ]);
    expect((await county.site(SITE)).gateways).toMatchObject([{ contradictions: 1, branches: 0 }]);
  });

  it("isABranchWhenItLeavesTheChainBehindTheHead", async () => {
    const branch = await HandGateway.connect(rig, "00000000000000d1");
    await branch.send(openingRecords(Date.now()));
    await branch.close();
    expect((await county.site(SITE)).gateways).toMatchObject([{ branches: 1 }]);
  });
});
