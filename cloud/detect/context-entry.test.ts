import type { JournalRecord } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import { viewBaselines } from "./baseline-view.ts";
import type { ContextEntry } from "./context-entry.ts";
import { EPOCH_A, foldBatches } from "./fold-batches.fixture.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./local-time.ts";
import {
  contactChanged,
  MIDNIGHT_MS,
  meterSample,
  pollingRun,
  quietDays,
} from "./simulated-journal.fixture.ts";

const ACCEPTED: ContextEntry = {
  kind: "baseline-accepted",
  effectiveMs: MIDNIGHT_MS + 8 * DAY_MS,
  by: "李工",
};
const WORK: ContextEntry = {
  kind: "permit",
  effectiveMs: MIDNIGHT_MS + 9 * DAY_MS,
  toMs: MIDNIGHT_MS + 9 * DAY_MS + 4 * HOUR_MS,
  work: "demolition",
};

/** Nine quiet days, then a door, a seal and 20 kW for so many hours. */
function worked(hours: number): JournalRecord[] {
  const startMs = 9 * DAY_MS;
  const records = [
    ...quietDays(9),
    contactChanged(startMs + MINUTE_MS, { channel: 16, value: 0 }),
    contactChanged(startMs + 2 * MINUTE_MS, { channel: 10, value: 0 }),
  ];
  for (let minute = 5; minute < hours * 60; minute++)
    records.push(meterSample(startMs + minute * MINUTE_MS, 20_000));
  const endMs = startMs + hours * HOUR_MS;
  records.push(
    contactChanged(endMs, { channel: 16, value: 1 }),
    contactChanged(endMs, { channel: 10, value: 1 }),
  );
  for (let minute = 1; minute <= 60; minute++) records.push(meterSample(endMs + minute * MINUTE_MS, 500));
  records.push(pollingRun(endMs, endMs + HOUR_MS, 16, 1));
  return records;
}

describe("a permit", () => {
  it("covers power, door and seal while it lasts", () => {
    const batch = [{ epoch: EPOCH_A, records: worked(3) }];
    const kinds = foldBatches(batch, { context: [ACCEPTED] }).findings.map(({ evidence }) => evidence);
    expect(new Set(kinds)).toEqual(new Set(["door", "seal", "power"]));
    expect(foldBatches(batch, { context: [ACCEPTED, WORK] }).findings).toEqual([]);
  });

  it("that is over covers no work that goes on", () => {
    const { findings } = foldBatches([{ epoch: EPOCH_A, records: worked(6) }], { context: [ACCEPTED, WORK] });
    const [first] = findings;
    expect(first?.evidence).toBe("power");
    expect((first?.atMs ?? 0) - WORK.toMs).toBeLessThanOrEqual(3 * MINUTE_MS);
  });

  it("keeps what happens out of the baseline", () => {
    const records = [...quietDays(2)];
    for (let minute = 0; minute < 600; minute++)
      records.push(meterSample(2 * DAY_MS + minute * MINUTE_MS, 30_000));
    const all: ContextEntry = {
      kind: "permit",
      effectiveMs: 0,
      toMs: MIDNIGHT_MS + 3 * DAY_MS,
      work: "cleaning",
    };
    const { state } = foldBatches([{ epoch: EPOCH_A, records }], { context: [all] });
    expect(viewBaselines(state)[0]?.hours).toEqual([]);
  });
});

describe("learning", () => {
  it("begins again on a person's word, and then waits for another acceptance", () => {
    const reset: ContextEntry = {
      kind: "baseline-reset",
      effectiveMs: MIDNIGHT_MS + 8.5 * DAY_MS,
      by: "王科长",
    };
    const batch = [{ epoch: EPOCH_A, records: quietDays(9) }];
    const status = (context: ContextEntry[]) =>
      viewBaselines(foldBatches(batch, { context }).state).map(({ status, days }) => [status, days]);
    expect(status([ACCEPTED])).toEqual([["accepted", 7]]);
    expect(status([ACCEPTED, reset])).toEqual([["learning", 1]]);
  });

  it("stands still while a seal is open", () => {
    const quiet = quietDays(4);
    const broken = [
      ...quiet.slice(0, 2),
      contactChanged(1, { channel: 10, value: 0 }),
      ...quiet.slice(2),
    ].filter((record) => record.type !== "run");
    const { state } = foldBatches([{ epoch: EPOCH_A, records: broken }]);
    expect(viewBaselines(state)[0]?.days).toBe(0);
  });
});
