import type { EventRecord, JournalRecord, PollingRunRecord } from "@sealwatch/protocols";
import fc from "fast-check";
import { expect, it } from "vitest";
import { mergeRuns } from "../journal/merge-runs.ts";
import { cutRun, observeContact, unknownContact } from "./contact-run.ts";

interface Poll {
  readonly atMs: number;
  readonly value: 0 | 1 | null;
  readonly cut: boolean;
}

const polls = fc
  .array(
    fc.record({
      stepMs: fc.integer({ min: 1, max: 5_000 }),
      value: fc.constantFrom<0 | 1 | null>(0, 1, 1, 1, null),
      cut: fc.boolean(),
    }),
    { maxLength: 80 },
  )
  .map((steps) => {
    let atMs = 0;
    return steps.map(({ stepMs, value, cut }): Poll => {
      atMs += stepMs;
      return { atMs, value, cut };
    });
  });

function watch(sequence: readonly Poll[]): JournalRecord[] {
  let state = unknownContact(7);
  const records: JournalRecord[] = [];
  for (const { atMs, value, cut } of sequence) {
    const step = observeContact(state, value, atMs);
    state = step.state;
    records.push(...step.records);
    if (!cut) continue;
    const cutStep = cutRun(state);
    state = cutStep.state;
    records.push(...cutStep.records);
  }
  return [...records, ...cutRun(state).records];
}

const runsOf = (records: readonly JournalRecord[]) =>
  records.filter((record): record is PollingRunRecord => record.type === "run");

it("every poll that was answered is proven by exactly one run, with its value", () => {
  fc.assert(
    fc.property(polls, (sequence) => {
      const runs = runsOf(watch(sequence));
      const answered = sequence.filter(({ value }) => value !== null);
      expect(runs.reduce((sum, run) => sum + run.polls, 0)).toBe(answered.length);
      for (const { atMs, value } of answered) {
        expect(runs.some((run) => run.fromMs <= atMs && atMs <= run.atMs && run.value === value)).toBe(true);
      }
      for (const { atMs } of sequence.filter(({ value }) => value === null))
        expect(runs.some((run) => run.fromMs <= atMs && atMs <= run.atMs)).toBe(false);
    }),
  );
});

it("cutting a run for the disk and joining it again changes nothing", () => {
  fc.assert(
    fc.property(polls, (sequence) => {
      const whole = watch(sequence.map((poll) => ({ ...poll, cut: false })));
      expect(mergeRuns(watch(sequence))).toEqual(whole);
    }),
  );
});

it("a change, and only a change, is an event", () => {
  fc.assert(
    fc.property(polls, (sequence) => {
      const events = watch(sequence).filter((record): record is EventRecord => record.type === "event");
      const answered = sequence.filter(({ value }) => value !== null);
      const changes = answered.filter(({ value }, index) => value !== answered[index - 1]?.value);
      expect(events.map(({ atMs, value }) => ({ atMs, value }))).toEqual(
        changes.map(({ atMs, value }) => ({ atMs, value })),
      );
      expect(events.map(({ note }) => note)).toEqual(
        events.map((_, index) => (index === 0 ? "initial" : undefined)),
      );
    }),
  );
});

it("theLongestGapBetweenTwoPollsIsOnRecord", () => {
  const sequence = [0, 1_000, 1_500, 4_500, 5_000].map((atMs) => ({ atMs, value: 1 as const, cut: false }));
  expect(runsOf(watch(sequence))[0]?.longestGapMs).toBe(3_000);
});
