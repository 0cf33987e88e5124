import type { JournalRecord } from "@sealwatch/protocols";
import fc from "fast-check";
import { expect, it } from "vitest";
import { meterSample } from "../detect/simulated-journal.fixture.ts";
import { dateJournal, INITIAL_JOURNAL_DATING } from "./journal-dating.ts";

const clock = (atMs: number, utcMs: number): JournalRecord => ({
  type: "clock",
  atMs,
  utcMs,
  uncertaintyMs: 10,
  source: "system",
});
const NOW_MS = 1.8e12;

it("hoursBeforeTheTimeWasKnownAreDatedWhenTheJournalIsFoldedAgain", () => {
  const first = dateJournal(INITIAL_JOURNAL_DATING, "a", [meterSample(10, 1), meterSample(20, 1)]);
  expect(first.dated.map(({ utcMs }) => utcMs)).toEqual([null, null]);
  const second = dateJournal(first.dating, "a", [clock(100, NOW_MS), meterSample(110, 1)]);
  expect(second.dating.later).toEqual({ a: { atMs: 100, utcMs: NOW_MS } });
  const again = dateJournal({ ...INITIAL_JOURNAL_DATING, later: second.dating.later }, "a", [
    meterSample(10, 1),
  ]);
  expect(again.dated.map(({ utcMs }) => utcMs)).toEqual([NOW_MS - 90]);
  expect(again.dating.later).toBe(second.dating.later);
});

it("anEpochThatKnowsTheTimeFromItsStartIsNeverFoldedAgain", () => {
  const opening: JournalRecord[] = [
    { type: "channels", atMs: 0, channels: [] },
    clock(0, NOW_MS),
    meterSample(5, 1),
  ];
  const { dating } = dateJournal(INITIAL_JOURNAL_DATING, "a", opening);
  expect(dateJournal(dating, "a", [clock(50, NOW_MS + 9_000)]).dating.later).toBe(
    INITIAL_JOURNAL_DATING.later,
  );
});

it("theOrderOfDatedRecordsOfAnEpochIsItsOwnHoweverTheClockWasSet", () => {
  const steps = fc.array(fc.integer({ min: -1e11, max: 1e11 }), { maxLength: 10 });
  fc.assert(
    fc.property(steps, (jumps) => {
      const records = jumps.flatMap((jump, index) => [
        clock(index * 100, NOW_MS + jump),
        meterSample(index * 100 + 50, 1),
      ]);
      const { dated } = dateJournal(INITIAL_JOURNAL_DATING, "a", records);
      expect(dated.map(({ record }) => record)).toEqual(records);
    }),
  );
});
