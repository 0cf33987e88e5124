import type { JournalRecord } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import type { ContextEntry } from "../context-entry.ts";
import { EPOCH_A, foldBatches } from "../fold-batches.fixture.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../local-time.ts";
import { MIDNIGHT_MS, meterSample, quietDays } from "../simulated-journal.fixture.ts";

const CONTEXT: ContextEntry[] = [
  { kind: "baseline-accepted", effectiveMs: MIDNIGHT_MS + 8 * DAY_MS, by: "李工" },
];

/** Eight quiet days and a ninth with so many watts between two hours of it. */
function nights(
  fromH: number,
  toH: number,
  watts: number,
  context: readonly ContextEntry[] = CONTEXT,
): ReturnType<typeof foldBatches>["findings"] {
  const records: JournalRecord[] = quietDays(8);
  for (let minute = 1; minute <= 1_440; minute++) {
    const isUp = minute > fromH * 60 && minute <= toH * 60;
    records.push(meterSample(8 * DAY_MS + minute * MINUTE_MS, isUp ? watts : 500));
  }
  return foldBatches([{ epoch: EPOCH_A, records }], { context: [...context] }).findings.filter(
    ({ rule }) => rule === "night-energy",
  );
}

describe("energy at night", () => {
  it("is told after a quarter of an hour, in kilowatt-hours against the sealed nights, and ends", () => {
    const findings = nights(2, 4, 4_000);
    const [opened, cleared] = [findings[0], findings.at(-1)];
    expect(opened).toMatchObject({ phase: "opened", strength: "weak", unit: "kWh", measured: 1 });
    expect((opened?.atMs ?? 0) - (MIDNIGHT_MS + 8 * DAY_MS + 2 * HOUR_MS)).toBe(15 * MINUTE_MS);
    expect(cleared?.phase).toBe("cleared");
    expect(cleared?.text.zh).toMatch(/^夜间 02:00–04:00 用电 8\.0 kWh，封停基线同时段 [01]\.\d kWh$/);
    expect(cleared?.text.en).toMatch(
      /^night 02:00–04:00: 8\.0 kWh, sealed baseline [01]\.\d kWh for the same hours$/,
    );
    // Four quarters of an hour below it.
    expect((cleared?.atMs ?? 0) - (MIDNIGHT_MS + 8 * DAY_MS + 4 * HOUR_MS)).toBe(HOUR_MS);
  });

  it("ends when a person has the baseline learned anew, and is not judged until another is accepted", () => {
    const resetMs = MIDNIGHT_MS + 8 * DAY_MS + 3 * HOUR_MS;
    const reset: ContextEntry = { kind: "baseline-reset", effectiveMs: resetMs, by: "王科长" };
    const findings = nights(2, 6, 4_000, [...CONTEXT, reset]);
    expect(findings.at(-1)?.phase).toBe("cleared");
    expect(findings.every(({ atMs }) => atMs <= resetMs)).toBe(true);
  });

  it("is none by day, nor below its floor", () => {
    expect(nights(9, 12, 4_000)).toEqual([]);
    expect(nights(2, 4, 1_500)).toEqual([]);
  });
});
