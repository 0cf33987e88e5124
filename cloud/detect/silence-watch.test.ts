import type { ChannelDescription, EventRecord, JournalRecord } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import { EPOCH_A, EPOCH_B, foldBatches, GATEWAY, SITE } from "./fold-batches.fixture.ts";
import { foldSegment, initialGatewayState } from "./gateway-fold.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./local-time.ts";
import {
  contactChanged,
  deviceHeard,
  epochStart,
  MIDNIGHT_MS,
  meterSample,
  pollingRun,
  siteChannels,
} from "./simulated-journal.fixture.ts";
import { judgeSite } from "./site-verdict.ts";
import { channel, sample } from "./written-channels.fixture.ts";

type Batch = { epoch: string; records: JournalRecord[] };

/** Epoch A loses a device at 00:02. */
function lost(device: string, ...rest: JournalRecord[]): Batch {
  const loss = deviceHeard(2 * MINUTE_MS, { device, isHeard: false });
  return { epoch: EPOCH_A, records: [...epochStart(MIDNIGHT_MS, MINUTE_MS), loss, ...rest] };
}

/** Epoch B begins at 01:00. */
const later = (...records: JournalRecord[]): Batch => ({
  epoch: EPOCH_B,
  records: [...epochStart(MIDNIGHT_MS + HOUR_MS, MINUTE_MS), ...records],
});

const more = (epoch: string, ...records: JournalRecord[]): Batch => ({ epoch, records });
const event = (atMs: number, name: EventRecord["event"]): JournalRecord => ({
  type: "event",
  atMs,
  event: name,
});

/** "meter-1 opened 2": minutes after midnight. */
function silences(batches: readonly Batch[], twice = false): string[] {
  const { findings } = foldBatches(batches, { twice, throughJson: true });
  return findings.flatMap(({ rule, device, phase, atMs }) =>
    rule === "device-silent" && device ? [`${device} ${phase} ${(atMs - MIDNIGHT_MS) / MINUTE_MS}`] : [],
  );
}

describe("a device that was lost", () => {
  it("is heard again in a later epoch by its first good reading, and the site is sealed again", () => {
    const days = Array.from({ length: 3 * 1_440 }, (_, minute) => meterSample((minute + 1) * MINUTE_MS, 600));
    const batches = [lost("meter-1"), later(...days)];
    expect(silences(batches)).toEqual(["meter-1 opened 2", "meter-1 cleared 61"]);
    expect(silences(batches, true)).toEqual(silences(batches));
    const { findings } = foldBatches(batches);
    const untilMs = MIDNIGHT_MS + 3 * DAY_MS;
    const judged = judgeSite({ site: SITE.site, findings, silences: [], baseline: "accepted", untilMs });
    expect(judged).toMatchObject({ verdict: "sealed", level: "none" });
    expect(judged.episodes.map(({ class: kind, closedAtMs }) => [kind, closedAtMs])).toEqual([
      ["silence", MIDNIGHT_MS + 121 * MINUTE_MS],
    ]);
  });

  it("may have restarted: what it shows in the half-hour after corroborates nothing", () => {
    const { state } = foldBatches([lost("meter-1"), later(meterSample(MINUTE_MS, 600))]);
    expect(state.devices).toEqual([
      { device: "meter-1", state: { lost: null, regainedMs: MIDNIGHT_MS + 61 * MINUTE_MS } },
    ]);
  });

  it("is not heard by a reading of the run that lost it, which says itself when it is back", () => {
    const answered = lost("meter-1", meterSample(3 * MINUTE_MS, 600));
    expect(silences([answered])).toEqual(["meter-1 opened 2"]);
    const back = deviceHeard(4 * MINUTE_MS, { device: "meter-1", isHeard: true });
    expect(silences([answered, more(EPOCH_A, back)])).toEqual(["meter-1 opened 2", "meter-1 cleared 4"]);
    const lostAgain = deviceHeard(MINUTE_MS, { device: "meter-1", isHeard: false });
    expect(silences([lost("meter-1"), later(lostAgain, meterSample(2 * MINUTE_MS, 600))])).toEqual([
      "meter-1 opened 2",
    ]);
  });

  it("is not heard by what is no good reading, nor by another device", () => {
    const noAnswer = sample(MINUTE_MS, { 1: null, 2: null });
    const other = sample(2 * MINUTE_MS, { 20: 60 });
    const contact = pollingRun(1_000, 3 * MINUTE_MS, 10, 1);
    expect(silences([lost("meter-1"), later(noAnswer, other, contact)])).toEqual(["meter-1 opened 2"]);
  });

  it("is heard again by the polls or an event of its contacts", () => {
    const polls = later(pollingRun(MINUTE_MS, 3 * MINUTE_MS, 10, 1));
    expect(silences([lost("contacts-1"), polls])).toEqual(["contacts-1 opened 2", "contacts-1 cleared 63"]);
    const first = later(contactChanged(MINUTE_MS, { channel: 12, value: 1, note: "initial" }));
    expect(silences([lost("contacts-1"), first])).toEqual(["contacts-1 opened 2", "contacts-1 cleared 61"]);
  });

  it("is heard again by channels that no rule judges", () => {
    const channels = [
      channel(1, "active-power", { unit: "W" }),
      channel(2, "frequency", { device: "grid-1" }),
    ];
    const batches = [
      lost("grid-1"),
      {
        epoch: EPOCH_B,
        records: [
          { type: "channels", atMs: 0, channels } as const,
          ...epochStart(MIDNIGHT_MS + HOUR_MS, MINUTE_MS).slice(1),
          sample(MINUTE_MS, { 2: 50 }),
        ],
      },
    ];
    expect(silences(batches, true)).toEqual(["grid-1 opened 2", "grid-1 cleared 61"]);
  });

  it("is heard again after its configuration was changed or rolled back under way, not after a mere new cadence", () => {
    const reading = meterSample(11 * MINUTE_MS, 600);
    const channels = { type: "channels", atMs: 10 * MINUTE_MS, channels: siteChannels(MINUTE_MS) } as const;
    for (const what of ["config-applied", "config-rolled-back"] as const) {
      const reloaded = more(EPOCH_A, channels, event(10 * MINUTE_MS, what), reading);
      expect(silences([lost("meter-1"), reloaded], true)).toEqual(["meter-1 opened 2", "meter-1 cleared 11"]);
    }
    expect(silences([lost("meter-1"), more(EPOCH_A, channels, reading)])).toEqual(["meter-1 opened 2"]);
  });

  it("is heard again after a hole in the journal that may have swallowed its return", () => {
    const gap = { type: "gap", fromMs: 3 * MINUTE_MS, atMs: 9 * MINUTE_MS, reason: "overload" } as const;
    const reading = meterSample(11 * MINUTE_MS, 600);
    const holed = lost("meter-1", { ...gap, readings: 0 }, reading);
    expect(silences([holed])).toEqual(["meter-1 opened 2", "meter-1 cleared 11"]);
    const segment = { gateway: GATEWAY, epoch: EPOCH_A };
    const first = foldSegment(
      initialGatewayState(),
      { ...segment, seq: 1, records: lost("meter-1").records },
      [],
      SITE,
    );
    const phasesAfter = (seq: number): string[] =>
      foldSegment(first.state, { ...segment, seq, records: [reading] }, [], SITE).findings.map(
        ({ phase }) => phase,
      );
    expect(phasesAfter(2)).toEqual([]);
    expect(phasesAfter(3)).toEqual(["cleared"]);
  });
});

describe("what an older epoch brings late", () => {
  const reading = meterSample(20 * MINUTE_MS, 600);

  it("ends no silence that a later one told", () => {
    const lostInB = later(deviceHeard(MINUTE_MS, { device: "meter-1", isHeard: false }));
    const a = more(EPOCH_A, ...epochStart(MIDNIGHT_MS, MINUTE_MS));
    const late = more(
      EPOCH_A,
      event(10 * MINUTE_MS, "config-applied"),
      reading,
      deviceHeard(21 * MINUTE_MS, { device: "meter-1", isHeard: true }),
      deviceHeard(22 * MINUTE_MS, { device: "meter-1", isHeard: false }),
      { type: "channels", atMs: 23 * MINUTE_MS, channels: [] },
    );
    const batches = [a, lostInB, late];
    expect(silences(batches)).toEqual(["meter-1 opened 61"]);
    const next = more(EPOCH_B, ...epochStart(MIDNIGHT_MS + HOUR_MS, MINUTE_MS), reading);
    expect(silences([...batches, next])).toEqual(["meter-1 opened 61"]);
  });

  it("opens no silence again that a later one ended", () => {
    const heard = later(meterSample(MINUTE_MS, 600));
    const late = more(EPOCH_A, deviceHeard(30 * MINUTE_MS, { device: "meter-1", isHeard: false }));
    expect(silences([lost("meter-1"), heard, late])).toEqual(["meter-1 opened 2", "meter-1 cleared 61"]);
  });
});

describe("a device that is taken off the list", () => {
  const without = (device: string) => siteChannels(MINUTE_MS).filter((each) => each.device !== device);
  const list = (atMs: number, channels: ChannelDescription[]): JournalRecord => ({
    type: "channels",
    atMs,
    channels,
  });

  it("is told of by device-removed instead, and the finding says why it ended", () => {
    const batches = [lost("gas-1"), more(EPOCH_A, list(9 * MINUTE_MS, without("gas-1")))];
    expect(silences(batches, true)).toEqual(["gas-1 opened 2", "gas-1 cleared 9"]);
    const cleared = foldBatches(batches).findings.find(({ phase }) => phase === "cleared");
    expect(cleared?.text.zh).toBe("gas-1 00:02–00:09 无记录（已从配置中移除），情况不明");
    expect(cleared?.text.en).toBe(
      "00:02–00:09 nothing recorded from gas-1 (taken off the configuration): unknown",
    );
  });

  it("and comes back lost is silent anew from the list on that has it again", () => {
    const back = deviceHeard(11 * MINUTE_MS, { device: "gas-1", isHeard: false });
    const changed = more(
      EPOCH_A,
      list(9 * MINUTE_MS, without("gas-1")),
      list(10 * MINUTE_MS, siteChannels(MINUTE_MS)),
      back,
    );
    expect(silences([lost("gas-1"), changed])).toEqual([
      "gas-1 opened 2",
      "gas-1 cleared 9",
      "gas-1 opened 10",
    ]);
  });

  it("keeps its open seal on record", () => {
    const opened = lost("gas-1", contactChanged(3 * MINUTE_MS, { channel: 10, value: 0 }));
    const { findings } = foldBatches([opened, more(EPOCH_A, list(9 * MINUTE_MS, without("contacts-1")))]);
    expect(findings.filter(({ rule }) => rule === "contact-opened").map(({ phase }) => phase)).toEqual([
      "opened",
    ]);
  });
});
