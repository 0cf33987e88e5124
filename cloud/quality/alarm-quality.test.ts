import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../detect/local-time.ts";
import { DEFAULT_THRESHOLDS } from "../detect/rule-thresholds.ts";
import { alarmQuality, type JudgedCase } from "./alarm-quality.ts";
import { type DecidedCase, proposeThresholds } from "./threshold-proposal.ts";

const FROM_MS = 1_000 * DAY_MS;
const month = { fromMs: FROM_MS, toMs: FROM_MS + 30 * DAY_MS, officers: 2 };
let next = 0;
const opened = (atMs: number, values: Partial<JudgedCase> = {}): JudgedCase => ({
  ...{ id: String(next++), site: "dyes", rule: "power-rise", level: "yellow", openedMs: FROM_MS + atMs },
  ...{ acknowledgedMs: null, visitedMs: null, closedMs: null, verdict: null },
  ...values,
});
const many = (n: number, everyMs: number, values: Partial<JudgedCase> = {}) =>
  Array.from({ length: n }, (_, index) => opened(index * everyMs, values));

describe("alarm quality", () => {
  it("countsAlertsPerOfficerAndDay", () => {
    const told = alarmQuality(many(60, 12 * HOUR_MS), month);
    expect([told.perDay, told.perOfficerDay]).toEqual([2, 1]);
    expect(alarmQuality(many(60, 12 * HOUR_MS), { ...month, officers: 0 }).perOfficerDay).toBeNull();
  });

  it("callsMoreThanTenInTenMinutesAFlood", () => {
    expect(alarmQuality(many(10, 30_000), month).floods).toEqual([]);
    const [flood, ...more] = alarmQuality(many(20, 30_000), month).floods;
    expect([flood?.alerts, more]).toEqual([20, []]);
    expect(alarmQuality(many(20, MINUTE_MS), month).floods).toEqual([]);
  });

  it("callsARuleThatOpensThreeTimesADayChattering", () => {
    expect(alarmQuality(many(2, HOUR_MS), month).chattering).toEqual([]);
    expect(alarmQuality(many(5, 10 * HOUR_MS), month).chattering).toMatchObject([
      { opened: 5, mostInADay: 3 },
    ]);
    const two = [...many(2, HOUR_MS), ...many(2, HOUR_MS, { rule: "contact-opened" })];
    expect(alarmQuality(two, month).chattering).toEqual([]);
  });

  it("printsNoRateWithoutItsCoverage", () => {
    const cases = [
      ...many(6, HOUR_MS),
      ...many(3, HOUR_MS, { verdict: "false-alarm" }),
      opened(0, { verdict: "confirmed" }),
    ];
    const { falseAlarmRate, coverage, decided } = alarmQuality(cases, month).verdicts;
    expect([falseAlarmRate, coverage, decided]).toEqual([0.75, 0.4, 4]);
    expect(alarmQuality([], month).verdicts).toMatchObject({ falseAlarmRate: null, coverage: null });
  });

  it("tellsHowLongPeopleTookAndOfHowMany", () => {
    const cases = [1, 2, 3, 4, 100].map((minutes) =>
      opened(0, { acknowledgedMs: FROM_MS + minutes * MINUTE_MS }),
    );
    expect(alarmQuality([...cases, opened(0)], month).toAcknowledge).toEqual({
      ...{ medianMs: 3 * MINUTE_MS, p95Ms: 100 * MINUTE_MS, known: 5, of: 6 },
    });
  });

  it("callsWhatIsOpenForMoreThanAWeekStale", () => {
    const cases = [opened(0), opened(25 * DAY_MS), opened(0, { closedMs: FROM_MS + 20 * DAY_MS })];
    expect(alarmQuality(cases, month).stale).toBe(1);
  });

  it("setsTheMixOfPrioritiesBesideTheStandard", () => {
    const cases = [...many(8, HOUR_MS), opened(0, { level: "orange" }), opened(0, { level: "red" })];
    expect(alarmQuality(cases, month).mix).toMatchObject({ low: 0.8, high: 0.1, emergency: 0.1 });
  });

  it("namesTheSitesThatAlarmMost", () => {
    const cases = Array.from({ length: 12 }, (_, n) => many(n + 1, DAY_MS, { site: `s${n}` })).flat();
    const { worst } = alarmQuality(cases, month);
    expect([worst.length, worst[0]?.site, worst[0]?.cases]).toEqual([10, "s11", 12]);
  });
});

describe("a proposal", () => {
  const site = { thresholds: DEFAULT_THRESHOLDS, formerLoadW: 60_000 };
  const starts = (n: number, verdict: DecidedCase["verdict"] = "false-alarm"): DecidedCase => ({
    id: `c${n}`,
    verdict,
    reasons: [{ rule: "machine-signature", measured: n, expected: 0, fromMs: 0, toMs: HOUR_MS }],
  });

  it("raisesAThresholdAFifthAboveTheHighestFalseAlarm", () => {
    expect(proposeThresholds([starts(5), starts(10)], site)).toEqual([
      { threshold: "machineStarts", from: 4, to: 12, falseAlarms: ["c5", "c10"] },
    ]);
  });

  it("isNotMadeOfOneFalseAlarmOrWhereItWouldHideWhatWasTrue", () => {
    expect(proposeThresholds([starts(5)], site)).toEqual([]);
    expect(proposeThresholds([starts(5), starts(10), starts(11, "confirmed")], site)).toEqual([]);
    expect(proposeThresholds([starts(5), starts(10), starts(40, "confirmed")], site)).toHaveLength(1);
  });

  it("neverGoesBeyondWhatTheThresholdCanBe", () => {
    expect(proposeThresholds([starts(150), starts(190)], site)).toEqual([]);
  });

  it("ofPowerIsAShareOfTheFormerLoad", () => {
    const rise = (id: string, kw: number): DecidedCase => ({
      id,
      verdict: "false-alarm",
      reasons: [{ rule: "power-rise", measured: 2 + kw, expected: 2, fromMs: 0, toMs: HOUR_MS }],
    });
    const [proposal] = proposeThresholds([rise("a", 0.6), rise("b", 1.2)], site);
    expect([proposal?.threshold, proposal?.to]).toEqual(["riseShare", 0.024]);
    expect(proposeThresholds([rise("a", 0.6), rise("b", 1.2)], { ...site, formerLoadW: 0 })).toEqual([]);
  });
});
