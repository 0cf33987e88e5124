import type { JournalRecord } from "@sealwatch/protocols";
import { expect, it } from "vitest";
import { dateRecord, initialDating } from "./dating.ts";
import { meterSample } from "./simulated-journal.fixture.ts";

function dates(records: readonly (readonly [epoch: string, record: JournalRecord])[]): (number | null)[] {
  let dating = initialDating();
  return records.map(([epoch, record]) => {
    const dated = dateRecord(dating, epoch, record);
    dating = dated.dating;
    return dated.utcMs;
  });
}

const clock = (atMs: number, utcMs: number): JournalRecord => {
  return { type: "clock", atMs, utcMs, uncertaintyMs: 10, source: "system" };
};

it("dates by the newest clock record before", () => {
  const records = [clock(100, 5_000), meterSample(150, 1), clock(200, 9_000), meterSample(250, 1)];
  expect(dates(records.map((record) => ["a", record] as const))).toEqual([5_000, 5_050, 9_000, 9_050]);
});

it("whatCameBeforeTheFirstClockRecordIsDatedByItOnceItIsKnown", () => {
  const later = { atMs: 30, utcMs: 8_000 };
  const dated = dateRecord(initialDating(), "b", meterSample(10, 1), later);
  expect(dated.utcMs).toBe(7_980);
  expect(dateRecord(dated.dating, "b", clock(30, 8_000), later).utcMs).toBe(8_000);
  // Another epoch's clock says nothing of this one.
  expect(dateRecord(dated.dating, "c", meterSample(10, 1)).utcMs).toBeNull();
});

it("a new epoch is undated until its own clock record", () => {
  expect(
    dates([
      ["a", clock(100, 5_000)],
      ["b", meterSample(10, 1)],
      ["b", meterSample(20, 1)],
      ["b", clock(30, 8_000)],
      ["b", meterSample(40, 1)],
    ]),
  ).toEqual([5_000, null, null, 8_000, 8_010]);
});
