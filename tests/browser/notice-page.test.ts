import type { ChannelDescription, EventRecord } from "@sealwatch/protocols";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CloudRig, startCloudRig } from "../rig/cloud-rig.ts";
import { CountyPage } from "../rig/county-page.ts";
import { HandGateway } from "../rig/hand-gateway.ts";
import { JournalWriter } from "../rig/journal-writer.ts";
import { GATEWAY } from "../rig/site-files.ts";
import { openingRecords, quietSamples } from "../rig/written-plant.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const EPOCH = "00000000000000b7";
/** The plant's time: a day that ends now. */
const utcAtZeroMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - DAY_MS;

let rig: CloudRig;
let gateway: HandGateway;
let county: CountyPage;

beforeAll(async () => {
  rig = await startCloudRig();
  county = await CountyPage.open(rig.httpPort, "notice-page");
});
afterAll(async () => {
  await county?.close();
  await gateway?.close();
  await rig?.close();
});

const contact = (atMs: number, value: number): EventRecord => ({
  ...{ type: "event", atMs, event: "contact-changed", device: "contacts-1", channel: 3, value },
});

describe("what the page shows of a journal that is late", { timeout: 180_000 }, () => {
  it("anAlertFromTheBackFillIsOneLineAndNoNews", async () => {
    gateway = await HandGateway.connect(rig, EPOCH);
    const hourMs = 60 * MINUTE_MS;
    await gateway.send(openingRecords(utcAtZeroMs));
    await gateway.send([...quietSamples(0, 4 * hourMs, utcAtZeroMs), contact(2 * hourMs, 0)]);
    await county.sees(/补传追回 1 条一小时以前的告警/);
    await gateway.send([contact(4 * hourMs, 1), ...quietSamples(4 * hourMs, DAY_MS, utcAtZeroMs)]);
    await county.shoot("1-late");
  });

  it("aNoticeIsShownAsAwaitingItsJournal", async () => {
    const [opening] = openingRecords(utcAtZeroMs);
    const channels: readonly ChannelDescription[] = opening?.type === "channels" ? opening.channels : [];
    const channel = channels.find(({ id }) => id === 3) ?? null;
    const event = contact(DAY_MS, 0);
    await gateway.notice({ event, utcMs: utcAtZeroMs + DAY_MS, channel });
    await county.sees("待核实：日志尚未送达");
    await county.shoot("2-provisional");
    await gateway.send([event]);
    await county.seesNoMore("待核实：日志尚未送达");
    await county.shoot("3-confirmed");
  });

  it("aContradictionAndABranchStandBesideTheGateway", async () => {
    const forged = new JournalWriter(GATEWAY, rig.signer, EPOCH).next([contact(1, 0)]).bytes;
    await gateway.publish("segment", forged);
    await county.sees(/日志链自相矛盾/);
    const branch = await HandGateway.connect(rig, "00000000000000b8");
    await branch.send([]);
    await county.sees("日志链分支 1 次");
    await county.sees("日志链矛盾 1 处");
    await branch.close();
    await county.shoot("4-flags");
    expect(county.complaints).toEqual([]);
  });
});
