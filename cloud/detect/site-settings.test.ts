import type { JournalRecord } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import type { ContextEntry } from "./context-entry.ts";
import { HOUR_MS, MINUTE_MS } from "./local-time.ts";
import { thresholdsOf } from "./rule-thresholds.ts";
import { contactChanged, MIDNIGHT_MS, pollingRun } from "./simulated-journal.fixture.ts";
import { channel, sample, watchChannels } from "./written-channels.fixture.ts";

const on = { feeder: "incomer" } as const;
const METER = [
  channel(1, "active-power", { unit: "W", ...on }),
  channel(2, "voltage", { unit: "V", phase: "L1", ...on }),
  channel(9, "contact", { device: "contacts-1", ...on, contact: { role: "mains-present", normal: 1 } }),
];
const by = "李工";

/** Minute readings by the hour. */
function hours(count: number, read: (hour: number) => { watts: number; volts: number }): JournalRecord[] {
  return Array.from({ length: 60 * count }, (_, minute) => {
    const { watts, volts } = read(Math.floor(minute / 60));
    return sample((minute + 1) * MINUTE_MS, { 1: watts, 2: volts });
  });
}

describe("thresholds that a person set", () => {
  const busy = hours(12, (hour) => ({ watts: hour % 6 === 4 ? 18_000 : 400, volts: 228 }));
  const shares = (context: ContextEntry[]) =>
    watchChannels(METER, busy, { context }).opened.filter(({ rule }) => rule === "former-share");
  const raised = (effectiveHour: number, formerShare: number): ContextEntry => {
    return {
      kind: "thresholds",
      effectiveMs: MIDNIGHT_MS + effectiveHour * HOUR_MS,
      by,
      values: { formerShare },
    };
  };

  it("hold from their effective time on, and until another entry", () => {
    expect(shares([]).length).toBe(2);
    expect(shares([raised(0, 0.5)])).toEqual([]);
    expect(shares([raised(8, 0.5)]).length).toBe(1);
    expect(shares([raised(0, 0.5), raised(8, 0.2)]).map(({ expected }) => expected)).toEqual([12]);
  });

  it("of which one is not named have their default, and what is out of bounds is the bound", () => {
    const { formerShare, nightRatio, surgeFactor } = thresholdsOf({
      formerShare: 40,
      surgeFactor: Number.NaN,
    });
    expect([formerShare, nightRatio, surgeFactor]).toEqual([1, 1.5, 2]);
  });
});

describe("a feeder that was cut by an entry", () => {
  const cut = (hour: number): ContextEntry => {
    return { kind: "feeder-cut", effectiveMs: MIDNIGHT_MS + hour * HOUR_MS, by, feeder: "incomer" };
  };
  const restored = (hour: number): ContextEntry => {
    return { kind: "feeder-restored", effectiveMs: MIDNIGHT_MS + hour * HOUR_MS, by, feeder: "incomer" };
  };
  /** Dead from the third to the sixth hour, live again with a load after that. */
  const course = hours(10, (hour) =>
    hour >= 3 && hour < 6 ? { watts: 0, volts: 0 } : { watts: 900, volts: 228 },
  );
  const rules = (context: ContextEntry[], site = {}) =>
    watchChannels(METER, course, { context, site }).opened.filter(({ rule }) => rule === "cut-feeder");

  it("is judged by what was declared then", () => {
    expect(rules([])).toEqual([]);
    const found = rules([cut(3)]);
    expect(found.length).toBe(1);
    expect(found[0]).toMatchObject({ conclusive: true, atMs: MIDNIGHT_MS + 6 * HOUR_MS + 2 * MINUTE_MS });
  });

  it("and restored by another may carry load, and what was open is over", () => {
    expect(rules([cut(3), restored(5)])).toEqual([]);
    const { findings } = watchChannels(METER, course, { context: [cut(3), restored(8)] });
    const last = findings.filter(({ rule }) => rule === "cut-feeder").at(-1);
    expect(last).toMatchObject({ phase: "cleared", atMs: MIDNIGHT_MS + 8 * HOUR_MS });
    expect(last?.text.zh).toMatch(/后登记恢复供电$/);
  });

  it("stands above the configuration, which holds for every other feeder", () => {
    const site = { declaredCut: [{ feeder: "incomer" }] };
    expect(rules([], site).length).toBe(1);
    expect(rules([restored(0)], site)).toEqual([]);
  });

  it("is no bypass where it was told as one before the cut was declared, by entry or configuration", () => {
    const dark = [
      contactChanged(1, { channel: 9, value: 1 }),
      ...hours(5, (hour) => (hour < 3 ? { watts: 900, volts: 228 } : { watts: 0, volts: 0 })),
      pollingRun(1, 5 * HOUR_MS, 9, 1),
    ];
    const sinceMs = MIDNIGHT_MS + 4 * HOUR_MS;
    const configured = { declaredCut: [{ feeder: "incomer", sinceMs }] };
    for (const declared of [{ context: [cut(4)] }, { site: configured }]) {
      const { findings } = watchChannels(METER, dark, declared);
      const bypass = findings.filter(({ rule }) => rule === "bypass");
      expect(bypass.map(({ phase }) => phase)).toContain("opened");
      expect(bypass.at(-1)).toMatchObject({ phase: "cleared", atMs: sinceMs });
    }
  });
});
