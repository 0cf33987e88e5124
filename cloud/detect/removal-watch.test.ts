import type { ChannelDescription, JournalRecord } from "@sealwatch/protocols";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ContextEntry } from "./context-entry.ts";
import type { FindingRecord } from "./finding.ts";
import { EPOCH_A, EPOCH_B, foldBatches, SITE } from "./fold-batches.fixture.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./local-time.ts";
import {
  contactChanged,
  deviceHeard,
  epochStart,
  MIDNIGHT_MS,
  meterSample,
  quietDays,
  siteChannels,
} from "./simulated-journal.fixture.ts";
import { judgeSite } from "./site-verdict.ts";
import { channel, sample, watchChannels } from "./written-channels.fixture.ts";

type Batch = { epoch: string; records: readonly JournalRecord[] };
const DEVICES = ["meter-1", "contacts-1", "gas-1"];

const without = (...devices: string[]): ChannelDescription[] =>
  siteChannels(MINUTE_MS).filter(({ device }) => !devices.includes(device));
const list = (minute: number, channels: ChannelDescription[]): JournalRecord => ({
  type: "channels",
  atMs: minute * MINUTE_MS,
  channels,
});
const reading = (minute: number): JournalRecord => meterSample(minute * MINUTE_MS, 600);
const heard = (minute: number, device: string, isHeard: boolean): JournalRecord =>
  deviceHeard(minute * MINUTE_MS, { device, isHeard });
const run = (epoch: string, ...records: JournalRecord[]): Batch => ({ epoch, records });
/** Epoch A begins at midnight, B an hour later. */
const start = (...records: JournalRecord[]): Batch =>
  run(EPOCH_A, ...epochStart(MIDNIGHT_MS, MINUTE_MS), ...records);
const restart = (channels: ChannelDescription[], ...records: JournalRecord[]): Batch =>
  run(EPOCH_B, list(0, channels), ...epochStart(MIDNIGHT_MS + HOUR_MS, MINUTE_MS).slice(1), ...records);
const accepted = (minute: number, instrumentsOnly?: true): ContextEntry => ({
  kind: "baseline-accepted",
  effectiveMs: MIDNIGHT_MS + minute * MINUTE_MS,
  by: "周值班",
  ...(instrumentsOnly ? { instrumentsOnly } : {}),
});

/** "removed meter-1 opened 9", "silent …": minutes after midnight. */
function told(batches: readonly Batch[], context: readonly ContextEntry[] = [], twice = false): string[] {
  const { findings } = foldBatches(batches, { context, twice, throughJson: true });
  return findings.flatMap(({ rule, device, phase, atMs }) =>
    rule === "device-silent" || rule === "device-removed"
      ? [`${rule.slice(7)} ${device} ${phase} ${(atMs - MIDNIGHT_MS) / MINUTE_MS}`]
      : [],
  );
}

function verdictAt(findings: readonly FindingRecord[], minute: number) {
  const untilMs = MIDNIGHT_MS + minute * MINUTE_MS;
  const known = findings.filter(({ atMs }) => atMs <= untilMs);
  return judgeSite({ site: SITE.site, findings: known, silences: [], baseline: "accepted", untilMs });
}

describe("a device that is taken off the list", () => {
  it("aMeterTakenOffTheListLeavesItsSiteUnknownUntilSomebodyAcceptsOrItComesBack", () => {
    const removed = start(reading(8), list(9, without("meter-1")), heard(30, "gas-1", true));
    const { findings } = foldBatches([removed]);
    expect(
      findings.map(({ rule, device, phase, strength, evidence }) => [
        rule,
        device,
        phase,
        strength,
        evidence,
      ]),
    ).toEqual([["device-removed", "meter-1", "opened", "weak", "silence"]]);
    expect(verdictAt(findings, 8)).toMatchObject({ verdict: "sealed", level: "none" });
    expect(verdictAt(findings, 100 * 1_440)).toMatchObject({
      verdict: "unknown",
      level: "blue",
      sinceMs: MIDNIGHT_MS + 9 * MINUTE_MS,
    });
    const back = [removed, run(EPOCH_A, list(40, siteChannels(MINUTE_MS)), reading(41))];
    expect(told(back, [], true)).toEqual(["removed meter-1 opened 9", "removed meter-1 cleared 40"]);
    expect(verdictAt(foldBatches(back).findings, 101)).toMatchObject({ verdict: "sealed", level: "none" });
    const later = [removed, run(EPOCH_A, heard(50, "gas-1", true))];
    for (const context of [[accepted(45)], [accepted(45, true)]])
      expect(told(later, context, true)).toEqual(["removed meter-1 opened 9", "removed meter-1 cleared 45"]);
    expect(told(later, [accepted(5)])).toEqual(["removed meter-1 opened 9"]);
  });

  it("isNamedWithWhatItMeasuredWhenItWasLastHeardAndSinceWhenItIsOff", () => {
    const { findings } = foldBatches(
      [
        start(
          reading(8),
          list(9, without("meter-1", "contacts-1")),
          list(40, without("contacts-1")),
          heard(50, "gas-1", true),
        ),
      ],
      { context: [accepted(45)] },
    );
    const texts = (device: string) =>
      findings.filter((each) => each.device === device).map(({ text }) => text);
    expect(texts("meter-1")).toEqual([
      {
        zh: "meter-1（功率、电压）自 01-05 00:09 起不在网关的通道表中，最后读数 01-05 00:08，情况不明",
        en: "meter-1 (power, voltage) off the gateway's channel list since 01-05 00:09, last heard 01-05 00:08: unknown",
      },
      {
        zh: "meter-1 00:09–00:40 不在网关的通道表中（已重新列入），情况不明",
        en: "00:09–00:40 meter-1 was off the gateway's channel list (listed again): unknown",
      },
    ]);
    expect(texts("contacts-1")).toEqual([
      {
        zh: "contacts-1（封条、门、市电）自 01-05 00:09 起不在网关的通道表中，情况不明",
        en: "contacts-1 (seals, doors, mains) off the gateway's channel list since 01-05 00:09: unknown",
      },
      {
        zh: "contacts-1 00:09–00:45 不在网关的通道表中（周值班 已确认现有设备），情况不明",
        en: "00:09–00:45 contacts-1 was off the gateway's channel list (accepted by 周值班): unknown",
      },
    ]);
  });

  it("isToldOfARestartWithAShorterListFromTheLastTimeThatWasKnown", () => {
    expect(told([start(reading(8)), restart(without("gas-1"), reading(1))])).toEqual([
      "removed gas-1 opened 8",
    ]);
  });

  it("isBackWithARestartNoEarlierThanItsFirstDatedRecord", () => {
    const off = start(list(9, without("gas-1")), reading(20));
    const opened = "removed gas-1 opened 9";
    const back = restart(siteChannels(MINUTE_MS), reading(1));
    expect(told([off, back], [], true)).toEqual([opened, "removed gas-1 cleared 60"]);
    const hesitant = run(EPOCH_B, list(0, siteChannels(MINUTE_MS)), ...restart(without("gas-1")).records);
    expect(told([off, hesitant], [], true)).toEqual([opened]);
  });

  it("isToldWithTheFirstDatedRecordWhereNobodyKnewTheTime", () => {
    const undated = run(EPOCH_A, list(0, siteChannels(MINUTE_MS)), list(1, without("gas-1")));
    expect(told([undated])).toEqual([]);
    expect(told([undated, restart(without("gas-1"), reading(1))])).toEqual(["removed gas-1 opened 60"]);
    expect(told([undated, restart(siteChannels(MINUTE_MS), reading(1))])).toEqual([]);
    const before = [accepted(10)];
    expect(told([undated, restart(without("gas-1"), reading(1))], before)).toEqual([
      "removed gas-1 opened 60",
    ]);
  });

  it("staysOnTheListUnderAnotherNumberOrWithOtherPoints", () => {
    const renumbered = siteChannels(MINUTE_MS).map((each) => ({ ...each, id: each.id + 100, label: "改名" }));
    expect(told([start(list(9, renumbered), reading(10))])).toEqual([]);
  });

  it("isNoFindingOfADeviceThatNoRuleJudged", () => {
    const grid = channel(2, "frequency", { device: "grid-1" });
    const records = [
      list(9, siteChannels(MINUTE_MS)),
      list(10, [...siteChannels(MINUTE_MS), grid]),
      list(11, siteChannels(MINUTE_MS)),
    ];
    expect(told([start(...records)])).toEqual([]);
  });

  it("corroboratesNothingAndLowersNothing", () => {
    const { findings } = foldBatches([
      start(
        contactChanged(3 * MINUTE_MS, { channel: 10, value: 0 }),
        list(9, without("meter-1", "contacts-1")),
      ),
    ]);
    expect(verdictAt(findings, 600)).toMatchObject({ verdict: "signs", level: "orange" });
  });

  it("onceAcceptedIsMissedNoMoreByLaterListsAndIsMissedAgainWhenItWasListedBetween", () => {
    const shorter = without("gas-1");
    const days = start(
      list(9, shorter),
      reading(50),
      list(60, shorter),
      list(70, siteChannels(MINUTE_MS)),
      list(80, shorter),
    );
    expect(told([days], [accepted(45)])).toEqual([
      "removed gas-1 opened 9",
      "removed gas-1 cleared 45",
      "removed gas-1 opened 80",
    ]);
  });

  it("thatIsDroppedTwiceAtOneMomentIsOffAtLast", () => {
    const full = siteChannels(MINUTE_MS);
    const once = start(list(9, without("gas-1")), list(9, full), list(9, without("gas-1")), reading(20));
    for (const twice of [false, true]) {
      const { findings, state } = foldBatches([once], { twice });
      expect(verdictAt(findings, 600).verdict).toBe("unknown");
      expect(state.removed.length).toBe(1);
    }
  });
});

describe("a lost device that is taken off the list", () => {
  const lostThenOff = start(heard(2, "gas-1", false), list(9, without("gas-1")));

  it("goesOverWithoutAMomentOfSealed", () => {
    const { findings } = foldBatches([lostThenOff]);
    expect(told([lostThenOff], [], true)).toEqual([
      "silent gas-1 opened 2",
      "silent gas-1 cleared 9",
      "removed gas-1 opened 9",
    ]);
    expect(findings.find(({ rule }) => rule === "device-removed")?.text).toEqual({
      zh: "gas-1（气体）自 01-05 00:09 起不在网关的通道表中，此前自 01-05 00:02 起无应答，情况不明",
      en: "gas-1 (gas) off the gateway's channel list since 01-05 00:09, silent since 01-05 00:02: unknown",
    });
    for (const minute of [2, 9, 10, 3_000]) expect(verdictAt(findings, minute).verdict).toBe("unknown");
    expect(
      judgeSite({
        site: SITE.site,
        findings,
        silences: [],
        baseline: "accepted",
        untilMs: MIDNIGHT_MS + DAY_MS,
      }).episodes.length,
    ).toBe(1);
  });

  it("isSilentAgainWhenItIsListedAgainUntilItIsHeard", () => {
    const back = list(20, siteChannels(MINUTE_MS));
    const answered = run(EPOCH_A, back, sample(25 * MINUTE_MS, { 20: 60 }));
    const opened = ["silent gas-1 opened 2", "silent gas-1 cleared 9", "removed gas-1 opened 9"];
    const again = ["silent gas-1 opened 20", "removed gas-1 cleared 20"];
    expect(told([lostThenOff, answered], [], true)).toEqual([...opened, ...again, "silent gas-1 cleared 25"]);
    const stillDead = run(EPOCH_A, back, heard(24, "gas-1", false), sample(25 * MINUTE_MS, { 20: 60 }));
    expect(told([lostThenOff, stillDead])).toEqual([...opened, ...again]);
    const restarted = restart(siteChannels(MINUTE_MS), sample(5 * MINUTE_MS, { 20: 60 }));
    expect(told([lostThenOff, restarted]).at(-1)).toBe("silent gas-1 cleared 65");
  });

  it("isForgottenWhenAPersonAcceptedTheRest", () => {
    const later = run(EPOCH_A, reading(50), list(60, siteChannels(MINUTE_MS)));
    expect(told([lostThenOff, later], [accepted(45)]).slice(3)).toEqual(["removed gas-1 cleared 45"]);
    expect(foldBatches([lostThenOff, later], { context: [accepted(45)] }).state).toMatchObject({
      removed: [],
    });
  });
});

describe("a mains contact that is taken off the list", () => {
  it("provesNoCutAnyMoreSoTheMeterItExplainedIsSilent", () => {
    const on = { feeder: "incomer", supply: "own-feeder" } as const;
    const meter = channel(1, "active-power", { unit: "W", ...on });
    const voltage = channel(2, "voltage", { unit: "V", phase: "L1", ...on });
    const contact = channel(9, "contact", {
      device: "contacts-1",
      feeder: "incomer",
      contact: { role: "mains-present", normal: 0 },
    });
    const polls = (fromMin: number, toMin: number): JournalRecord => ({
      type: "run",
      fromMs: fromMin * MINUTE_MS,
      atMs: toMin * MINUTE_MS,
      channel: 9,
      value: 0,
      polls: 600,
      longestGapMs: 1_100,
    });
    const dark = [
      contactChanged(1_000, { channel: 9, value: 0 }),
      polls(1, 20),
      heard(21, "meter-1", false),
      polls(22, 30),
    ];
    const site = { declaredCut: [{ feeder: "incomer" }] };
    const watched = watchChannels([meter, voltage, contact], dark, { site });
    expect(watched.verdict.verdict).toBe("sealed");
    const off = watchChannels(
      [meter, voltage, contact],
      [
        ...dark,
        { type: "channels", atMs: 31 * MINUTE_MS, channels: [meter, voltage] },
        heard(50, "other", true),
      ],
      { site, context: [accepted(45)] },
    );
    expect(off.findings.filter(({ device }) => device === "contacts-1").map(({ phase }) => phase)).toEqual([
      "opened",
      "cleared",
    ]);
    expect(off.verdict.verdict).toBe("unknown");
  });
});

describe("a list that comes late from an older run", () => {
  it("takesNoDeviceOffTheNewestListAndBringsNoneBack", () => {
    const late = (channels: ChannelDescription[]) => run(EPOCH_A, list(50, channels));
    expect(
      told([start(reading(8)), restart(siteChannels(MINUTE_MS), reading(1)), late(without("gas-1"))]),
    ).toEqual([]);
    expect(
      told([start(reading(8)), restart(without("gas-1"), reading(1)), late(siteChannels(MINUTE_MS))]),
    ).toEqual(["removed gas-1 opened 8"]);
  });
});

it("anAcceptanceOfTheInstrumentsAcceptsNoBaselineThatWasNotPlotted", () => {
  const records = quietDays(9);
  const accept = (instrumentsOnly?: true) =>
    foldBatches([{ epoch: EPOCH_A, records }], { context: [accepted(8 * 1_440, instrumentsOnly)] }).state
      .power[0]?.state.accepted;
  expect(accept(true)).toBeNull();
  expect(accept()).not.toBeNull();
});

type Step =
  | { listed: string[] }
  | { device: string; isHeard: boolean }
  | { isAccepted: true }
  | { isRestarted: true; listed: string[] };

it("theSiteIsUnknownWheneverAListLacksADeviceThatItHadAndNobodySpokeHoweverItIsDelivered", () => {
  const listed = fc.subarray(DEVICES);
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ listed }) },
    { weight: 3, arbitrary: fc.record({ device: fc.constantFrom(...DEVICES), isHeard: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constant({ isAccepted: true as const }) },
    { weight: 1, arbitrary: fc.record({ isRestarted: fc.constant(true as const), listed }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), fc.integer({ min: 1, max: 8 }), (steps, size) => {
      const batches: { epoch: string; records: JournalRecord[] }[] = [
        { epoch: EPOCH_A, records: epochStart(MIDNIGHT_MS, MINUTE_MS) },
      ];
      const context: ContextEntry[] = [];
      const missing: string[][] = [];
      const mute: number[] = [];
      let [now, off, startMin] = [new Set(DEVICES), new Set<string>(), 0];
      /** Who is silent, and whether the list has it no more. */
      const silent = new Map<string, boolean>();
      for (const [index, what] of steps.entries()) {
        const minute = 10 * (index + 1);
        let batch = batches.at(-1) ?? { epoch: EPOCH_A, records: [] };
        if ("isRestarted" in what) {
          startMin = minute;
          const start: JournalRecord[] = epochStart(MIDNIGHT_MS + minute * MINUTE_MS, MINUTE_MS).slice(1);
          batch = { epoch: index.toString(16).padStart(16, "e"), records: start };
          batches.push(batch);
        } else if (batch.records.length >= size) {
          batch = { epoch: batch.epoch, records: [] };
          batches.push(batch);
        }
        const at = minute - startMin;
        if ("listed" in what) {
          const record = list(
            at,
            siteChannels(MINUTE_MS).filter(({ device }) => what.listed.includes(device)),
          );
          if ("isRestarted" in what) batch.records.unshift(record);
          else batch.records.push(record);
          const next = new Set(what.listed);
          off = new Set([...off, ...now, ...silent.keys()].filter((device) => !next.has(device)));
          for (const device of silent.keys()) silent.set(device, !next.has(device));
          now = next;
        } else if ("isAccepted" in what) {
          context.push(accepted(minute));
          off = new Set();
          for (const [device, isRemoved] of silent) if (isRemoved) silent.delete(device);
          batch.records.push(heard(at, "unheard-of", true));
        } else {
          batch.records.push(heard(at, what.device, what.isHeard));
          if (what.isHeard) silent.delete(what.device);
          else silent.set(what.device, silent.get(what.device) ?? false);
        }
        missing.push([...off]);
        mute.push(off.size + silent.size);
      }
      const whole = foldBatches(batches, { context, throughJson: true });
      const twice = foldBatches(
        batches.map(({ epoch, records }) => ({ epoch, records: records.flatMap((one) => [one, one]) })),
        { context, twice: true },
      );
      const facts = (findings: readonly FindingRecord[]) => findings.map(({ proof: _, ...rest }) => rest);
      expect(facts(twice.findings)).toEqual(facts(whole.findings));
      const order = (state: typeof whole.state) =>
        state.removed.flatMap(({ device, state: { open } }) => (open ? [device] : [])).toSorted();
      expect(order(whole.state)).toEqual((missing.at(-1) ?? []).toSorted());
      for (const [index, count] of mute.entries())
        if (count > 0) expect(verdictAt(whole.findings, 10 * (index + 1)).verdict).toBe("unknown");
    }),
    { numRuns: 200 },
  );
});
