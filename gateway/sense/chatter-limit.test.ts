import type { EventRecord, PollingRunRecord } from "@sealwatch/protocols";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CONTACT_EVENTS_PER_MINUTE_MAX, limitChatter, NO_CHATTER } from "./chatter-limit.ts";
import { cutRun, observeContact, unknownContact } from "./contact-run.ts";

const MINUTE_MS = 60_000;

type Poll = readonly [gapMs: number, value: number | null];

/** What is written down of these polls of channel 1, and the contact's position at the end. */
function watch(polls: readonly Poll[]) {
  let [contact, chatter, atMs, changes] = [unknownContact(1), NO_CHATTER, 0, 0];
  const written: (EventRecord | PollingRunRecord)[] = [];
  for (const [gapMs, value] of polls) {
    atMs += gapMs;
    const step = observeContact(contact, value, atMs);
    changes += step.records.filter(({ type }) => type === "event").length;
    const position = step.state.run ? step.state.value : null;
    const limited = limitChatter(chatter, step.records, { channel: 1, position, atMs });
    [contact, chatter] = [step.state, limited.chatter];
    written.push(...limited.records);
  }
  return { written, changes, contact, rest: cutRun(contact).records };
}

const polls = fc.array(fc.tuple(fc.integer({ min: 50, max: 4_000 }), fc.constantFrom(0, 0, 1, 1, null)), {
  maxLength: 400,
});
const events = (written: readonly (EventRecord | PollingRunRecord)[]) =>
  written.filter((record): record is EventRecord => record.type === "event");

describe("a chattering contact", () => {
  it("writes at most twenty changes down in any minute", () => {
    fc.assert(
      fc.property(polls, (list) => {
        const perMinute = new Map<number, number>();
        for (const { event, atMs } of events(watch(list).written)) {
          if (event !== "contact-changed") continue;
          const minute = Math.floor(atMs / MINUTE_MS);
          perMinute.set(minute, (perMinute.get(minute) ?? 0) + 1);
        }
        expect(Math.max(0, ...perMinute.values())).toBeLessThanOrEqual(CONTACT_EVENTS_PER_MINUTE_MAX);
      }),
    );
  });

  it("always leaves its final position and the proof of every poll on record", () => {
    fc.assert(
      fc.property(polls, (list) => {
        const { written, rest, contact } = watch(list);
        const positions = [...written, ...rest].filter(
          (record) => record.type === "run" || record.event === "contact-changed",
        );
        if (contact.value !== null) expect(positions.at(-1)?.value).toBe(contact.value);
        const proven = [...written, ...rest].reduce(
          (sum, record) => sum + (record.type === "run" ? record.polls : 0),
          0,
        );
        expect(proven).toBe(list.filter(([, value]) => value !== null).length);
      }),
    );
  });

  it("is told once with the minute's count, and then its position", () => {
    const busy: Poll[] = Array.from({ length: 51 }, (_, index) => [200, index % 2]);
    const { written } = watch([...busy, [MINUTE_MS, 0], [200, 0]]);
    expect(events(written).slice(CONTACT_EVENTS_PER_MINUTE_MAX)).toMatchObject([
      { event: "contact-chattering", channel: 1, value: 51 },
      { event: "contact-changed", channel: 1, value: 0 },
    ]);
  });

  it("changes nothing of a contact that changes seldom", () => {
    const calm: Poll[] = Array.from({ length: 40 }, (_, index) => [3_001, index % 2]);
    const { written, changes } = watch(calm);
    expect(events(written)).toHaveLength(changes);
  });
});
