import type { JournalRecord } from "@sealwatch/protocols";
import { sortRecords } from "@sealwatch/protocols/sealing";
import fc from "fast-check";
import { expect, it } from "vitest";
import { cutSegments } from "./cut-segments.ts";
import { mergeRuns } from "./merge-runs.ts";

const atMs = fc.integer({ min: 0, max: 50 });
const anyRecord: fc.Arbitrary<JournalRecord> = fc.oneof(
  fc.record({
    type: fc.constant("sample" as const),
    atMs,
    channels: fc.constant([1]),
    scaled: fc.constant([5]),
    qualities: fc.constant([0 as const]),
  }),
  atMs.map((at) => ({
    type: "run" as const,
    atMs: at,
    channel: 2,
    value: 1,
    fromMs: at,
    polls: 1,
    longestGapMs: 0,
  })),
  atMs.map((at) => ({
    type: "clock" as const,
    atMs: at,
    utcMs: 1e12 + at,
    uncertaintyMs: 1,
    source: "system" as const,
  })),
  atMs.map((at) => ({ type: "gap" as const, atMs: at, fromMs: 0, reason: "overload" as const, readings: 1 })),
  atMs.map((at) => ({ type: "event" as const, atMs: at, event: "gateway-started" as const })),
);

it("cuttingChangesNothingOfTheOrderInWhichRecordsAreFolded", () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 60 }), (records) => {
      const folded = cutSegments(records).flatMap((cut) => sortRecords(cut.records));
      expect(folded).toEqual(sortRecords(mergeRuns(records)));
    }),
  );
});

it("noEventSharesASegmentWithTelemetry", () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 60 }), (records) => {
      for (const cut of cutSegments(records)) {
        const kinds = new Set(cut.records.map(({ type }) => type));
        const events = kinds.has("event") || kinds.has("gap") || kinds.has("channels");
        const telemetry = kinds.has("sample") || kinds.has("run");
        expect(events && telemetry).toBe(false);
        expect(cut.telemetry).toBe(!events);
      }
    }),
  );
});

it("aClockRecordStaysWithTheEventThatItDates", () => {
  const cuts = cutSegments([
    { type: "sample", atMs: 1, channels: [1], scaled: [5], qualities: [0] },
    { type: "clock", atMs: 2, utcMs: 1e12, uncertaintyMs: 1, source: "system" },
    { type: "event", atMs: 2, event: "clock-jumped" },
  ]);
  expect(cuts.map(({ records }) => records.map(({ type }) => type))).toEqual([
    ["sample"],
    ["clock", "event"],
  ]);
});

it("aQuietJournalIsOneSegment", () => {
  const quiet: JournalRecord[] = Array.from({ length: 30 }, (_, at) => ({
    type: "sample",
    atMs: at,
    channels: [1],
    scaled: [at],
    qualities: [0],
  }));
  const clock: JournalRecord = { type: "clock", atMs: 15, utcMs: 1e12, uncertaintyMs: 1, source: "system" };
  expect(cutSegments([...quiet, clock]).length).toBe(1);
});

it("aStormOfChangesMakesNoStormOfSegments", () => {
  const storm: JournalRecord[] = Array.from({ length: 2_000 }, (_, at) =>
    at % 2 === 0
      ? { type: "event", atMs: at, event: "contact-chattering" }
      : { type: "sample", atMs: at, channels: [1], scaled: [at], qualities: [0] },
  );
  const cuts = cutSegments(storm);
  expect(cuts.length).toBeLessThan(100);
  expect(cuts.at(-1)?.telemetry).toBe(false);
});
