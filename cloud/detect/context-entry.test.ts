import { seededRandom } from "@sealwatch/platform";
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
  QUIET_FLOOR,
  quietDays,
  simulatedFloor,
} from "./simulated-journal.fixture.ts";
import { channel, sample, watchChannels } from "./written-channels.fixture.ts";

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

  it("of a meter that came later waits for an acceptance of its own, and leaves what was accepted as it is", () => {
    const meter = (id: number) =>
      channel(id, "active-power", { device: `meter-${id}`, unit: "W", phase: "total", intervalMs: 600_000 });
    const next = simulatedFloor(seededRandom(1, "late meter"), QUIET_FLOOR);
    const readings = Array.from({ length: 17 * 144 }, (_, index) => {
      const atMs = (index + 1) * 10 * MINUTE_MS;
      const watts = Math.round(next(MIDNIGHT_MS + atMs, 10 * MINUTE_MS));
      return sample(atMs, atMs < 8 * DAY_MS ? { 1: watts } : { 1: watts, 2: watts });
    });
    const records: JournalRecord[] = [
      ...readings.slice(0, 8 * 144),
      { type: "channels", atMs: 8 * DAY_MS, channels: [meter(1), meter(2)] },
      ...readings.slice(8 * 144),
    ];
    const statuses = (context: ContextEntry[]) =>
      viewBaselines(watchChannels([meter(1)], records, { context }).state).map(({ status }) => status);
    const again: ContextEntry = { ...ACCEPTED, effectiveMs: MIDNIGHT_MS + 16.5 * DAY_MS, by: "王科长" };
    expect(statuses([ACCEPTED])).toEqual(["accepted", "ready"]);
    expect(statuses([ACCEPTED, again])).toEqual(["accepted", "accepted"]);
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
