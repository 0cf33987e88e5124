import type { ChannelDescription, JournalRecord } from "@sealwatch/protocols";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ContextEntry } from "./context-entry.ts";
import type { FindingRecord } from "./finding.ts";
import { EPOCH_A, foldBatches } from "./fold-batches.fixture.ts";
import { HOUR_MS, MINUTE_MS } from "./local-time.ts";
import { contactChanged, deviceHeard, MIDNIGHT_MS } from "./simulated-journal.fixture.ts";
import { channel, sample } from "./written-channels.fixture.ts";

const site = { declaredCut: [{ feeder: "incomer" }, { feeder: "water" }] };
const on = { feeder: "incomer" } as const;
const CHANNELS = [
  channel(1, "active-power", { unit: "W", ...on }),
  channel(2, "voltage", { unit: "V", phase: "L1", ...on }),
  channel(3, "current", { unit: "A", decimals: 1, ...on }),
  channel(4, "energy-import", { unit: "kWh", decimals: 1, ...on }),
  channel(5, "voc", { unit: "ppb", device: "gas-1" }),
  channel(6, "humidity", { unit: "%", device: "gas-1" }),
  channel(7, "water-volume", { unit: "m3", decimals: 2, feeder: "water", device: "water-1" }),
  channel(8, "contact", { device: "contacts-1", contact: { role: "seal", normal: 1 } }),
  channel(9, "contact", { device: "contacts-1", ...on, contact: { role: "mains-present", normal: 0 } }),
  channel(11, "active-power", { unit: "W", decimals: -1, phase: "L1" }),
  channel(12, "active-power", { unit: "W", decimals: -1, phase: "L2" }),
  channel(13, "active-power", { unit: "W", decimals: -1, phase: "L3" }),
  channel(14, "power-factor", { decimals: 2 }),
  channel(15, "water-flow", { unit: "L/min", feeder: "water", device: "water-2" }),
];
const CONTEXT: ContextEntry[] = [
  { kind: "thresholds", effectiveMs: MIDNIGHT_MS + HOUR_MS, by: "李工", values: { formerShare: 0.1 } },
  { kind: "feeder-restored", effectiveMs: MIDNIGHT_MS + 2 * HOUR_MS, by: "李工", feeder: "water" },
  { kind: "feeder-restored", effectiveMs: MIDNIGHT_MS + 3 * HOUR_MS, by: "李工", feeder: "incomer" },
  { kind: "baseline-accepted", effectiveMs: MIDNIGHT_MS + 5 * HOUR_MS, by: "李工" },
  { kind: "baseline-accepted", effectiveMs: MIDNIGHT_MS + 6 * HOUR_MS, by: "李工", instrumentsOnly: true },
  { kind: "feeder-cut", effectiveMs: MIDNIGHT_MS + 8 * HOUR_MS, by: "李工", feeder: "water" },
  { kind: "feeder-cut", effectiveMs: MIDNIGHT_MS + 9 * HOUR_MS, by: "李工", feeder: "incomer" },
];
/** Channels of the readings of a step, in their order. */
const MEASURED = [1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 14, 15];
const OPENING: JournalRecord[] = [
  { type: "channels", atMs: 0, channels: CHANNELS },
  { type: "clock", atMs: 0, utcMs: MIDNIGHT_MS, uncertaintyMs: 50, source: "simulator" },
];

/** Counters that stand still, run, jump back and roll over; values from nothing to absurd; no answers. */
const reading = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 400 }) },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom(-5, 0, 1e15, -1e15, Number.MAX_SAFE_INTEGER) },
);
type Step =
  | { values: (number | null)[] }
  | { contact: number; value: number }
  | { isHeard: boolean }
  | { isReloaded: true }
  | { listed: ChannelDescription[] };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      values: fc.array(reading, { minLength: MEASURED.length, maxLength: MEASURED.length }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ contact: fc.constantFrom(8, 9), value: fc.constantFrom(0, 1) }) },
  { weight: 1, arbitrary: fc.record({ isHeard: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ isReloaded: true as const }) },
  {
    weight: 1,
    arbitrary: fc
      .subarray(["meter-1", "gas-1", "water-1", "water-2", "contacts-1"])
      .map((devices) => ({ listed: CHANNELS.filter(({ device }) => devices.includes(device)) })),
  },
);
const course = fc.array(fc.tuple(fc.constantFrom(1_000, 30_000, MINUTE_MS, 10 * MINUTE_MS, HOUR_MS), step), {
  maxLength: 150,
});

function recordsOf(steps: readonly (readonly [number, Step])[]): JournalRecord[] {
  let atMs = 0;
  return steps.map(([waitMs, what]) => {
    atMs += waitMs;
    if ("values" in what)
      return sample(atMs, Object.fromEntries(what.values.map((value, index) => [MEASURED[index], value])));
    if ("contact" in what) return contactChanged(atMs, { channel: what.contact, value: what.value });
    if ("listed" in what) return { type: "channels", atMs, channels: what.listed };
    if ("isReloaded" in what) return { type: "event", atMs, event: "config-applied" };
    return deviceHeard(atMs, { device: "meter-1", isHeard: what.isHeard });
  });
}

/** What was found, each fact once, without the segments that prove it. */
function facts(findings: readonly FindingRecord[]): string[] {
  return findings.map(({ proof: _proof, ...rest }) => JSON.stringify(rest));
}

describe("a gateway with feeders declared cut, gas and water", () => {
  const fold = (records: readonly JournalRecord[], parts: number, throughJson = false) => {
    const size = Math.max(1, Math.ceil(records.length / parts));
    const batches = Array.from({ length: Math.ceil(records.length / size) }, (_, index) => ({
      epoch: EPOCH_A,
      records: records.slice(index * size, (index + 1) * size),
    }));
    return foldBatches(batches, { site, throughJson, context: CONTEXT });
  };

  it("tells the same whole, in any parts, through JSON at every point, and with every record twice", () => {
    fc.assert(
      fc.property(course, fc.integer({ min: 1, max: 60 }), (steps, parts) => {
        const records = [...OPENING, ...recordsOf(steps)];
        const whole = facts(fold(records, 1).findings);
        expect(facts(fold(records, parts, true).findings)).toEqual(whole);
        const twice = records.flatMap((record) => [record, record]);
        expect(facts(fold(twice, parts).findings)).toEqual(whole);
      }),
      { numRuns: 150 },
    );
  });

  it("tells the same when the record in which the register of a dead feeder counts on comes twice", () => {
    const records = [
      ...OPENING,
      sample(1_000, { 2: 0, 4: 0 }),
      sample(600_000, { 2: 0, 4: 0 }),
      sample(601_000, { 2: 0, 4: 0 }),
      sample(602_000, { 2: 0, 4: 1 }),
      contactChanged(4_202_000, { channel: 9, value: 0 }),
    ];
    const twice = records.flatMap((record) => [record, record]);
    const whole = facts(fold(records, 1).findings);
    expect(whole.length).toBeGreaterThan(0);
    expect(facts(fold(twice, 1).findings)).toEqual(whole);
  });

  it("never throws, whatever order the clock brings, and leaves only finite numbers", () => {
    const jump = fc.integer({ min: -1e7, max: 1e7 });
    fc.assert(
      fc.property(course, fc.array(jump, { maxLength: 6 }), (steps, jumps) => {
        const plain = recordsOf(steps);
        const clocks = jumps.map(
          (byMs, index): JournalRecord => ({
            type: "clock",
            atMs: plain[index * 7]?.atMs ?? 0,
            utcMs: MIDNIGHT_MS + byMs,
            uncertaintyMs: 50,
            source: "simulator",
          }),
        );
        const records = plain.flatMap((record, index) => {
          const clock = index % 7 === 0 ? clocks[index / 7] : undefined;
          return clock ? [clock, record] : [record];
        });
        const { state, findings } = fold([...OPENING, ...records], 5);
        expect(JSON.parse(JSON.stringify({ state, findings }))).toEqual({ state, findings });
      }),
      { numRuns: 150 },
    );
  });
});
