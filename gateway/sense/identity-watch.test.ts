import type { ChannelKind, EventRecord } from "@sealwatch/protocols";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CLOCK_STEP_MIN_MS, type IdentityPoint, initialIdentity, observeIdentity } from "./identity-watch.ts";

const DAY_S = 86_400;

const planned = (kind: ChannelKind): IdentityPoint => ({ channel: 7, point: { kind, decimals: 0 } });

type Reading = { readonly scaled: number; readonly atMs: number };

/** The events that these readings make. */
function watch(kind: ChannelKind, readings: readonly Reading[], configured: number | null = null) {
  const point = planned(kind);
  let state = initialIdentity(point, configured);
  const events: EventRecord[] = [];
  const confirms: boolean[] = [];
  for (const reading of readings) {
    const step = observeIdentity(state, "meter-1", point, reading);
    state = step.state;
    confirms.push(step.confirm);
    if (step.event) events.push(step.event);
  }
  return { events, confirms };
}

const at = (...values: number[]): Reading[] =>
  values.map((scaled, index) => ({ scaled, atMs: index * 1_000 }));
const clockAt = (atMs: number, aheadS = 0): Reading => ({
  scaled: (((Math.floor(atMs / 1_000) + aheadS) % DAY_S) + DAY_S) % DAY_S,
  atMs,
});

describe("a ratio or a serial number", () => {
  it("that is read twice as another is one event with both values", () => {
    expect(watch("ct-ratio", at(200, 200, 400, 400, 400)).events).toEqual([
      {
        type: "event",
        atMs: 3_000,
        event: "ratio-changed",
        device: "meter-1",
        channel: 7,
        value: 400,
        note: "200 → 400",
      },
    ]);
    expect(watch("serial-number", at(5, 5, 6, 6)).events).toMatchObject([{ event: "serial-changed" }]);
  });

  it("asks again at once when it looks changed, and not else", () => {
    expect(watch("pt-ratio", at(1, 1, 1, 9, 1)).confirms).toEqual([true, false, false, true, false]);
  });

  it("odd readings that no other confirms never make an event", () => {
    const readings = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 9_999 })), { maxLength: 60 });
    fc.assert(
      fc.property(readings, (list) => {
        const values = list.flatMap(([odd, value]) => (odd ? [20_000 + value, 40] : [40]));
        expect(watch("ct-ratio", at(40, 40, ...values)).events).toEqual([]);
      }),
    );
  });

  it("every confirmed change is told once, whatever odd readings lie between", () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.boolean()), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps, (list) => {
        const values = list.flatMap(([value, odd], index) => [...(odd ? [1_000 + index] : []), value, value]);
        const truth = list.map(([value]) => value);
        const changes = truth.filter((value, index) => index > 0 && value !== truth[index - 1]);
        expect(watch("ct-ratio", at(...values)).events.map(({ value }) => value)).toEqual(changes);
      }),
    );
  });

  it("that differs from the configured one is an event at first contact", () => {
    expect(watch("ct-ratio", at(80, 80), 40).events).toMatchObject([{ value: 80, note: "40 → 80" }]);
    expect(watch("ct-ratio", at(40, 40), 40).events).toEqual([]);
  });
});

describe("a meter's clock", () => {
  const gapsMs = fc.array(fc.integer({ min: 1, max: 40 * 3_600_000 }), { maxLength: 40 });
  const startS = fc.integer({ min: 0, max: DAY_S - 1 });
  const sums = (gaps: readonly number[]) =>
    gaps.map((_, i) => gaps.slice(0, i + 1).reduce((a, b) => a + b, 0));

  it("that runs is no event, over any number of midnights", () => {
    fc.assert(
      fc.property(gapsMs, startS, (gaps, start) => {
        const readings = sums(gaps).map((atMs) => clockAt(atMs, start));
        expect(watch("device-clock", readings).events).toEqual([]);
      }),
    );
  });

  it("that is moved by more than the least step is one event, either way and over midnight", () => {
    const leastS = CLOCK_STEP_MIN_MS / 1_000 + 2;
    const step = fc.integer({ min: leastS, max: DAY_S - leastS });
    fc.assert(
      fc.property(gapsMs, step, startS, (gaps, stepS, start) => {
        const times = sums([1_000, 1_000, ...gaps, 1, 1_000, 600_000]);
        const readings = times.map((atMs, index) =>
          clockAt(atMs, index < times.length - 3 ? start : start + stepS),
        );
        expect(watch("device-clock", readings).events).toHaveLength(1);
      }),
    );
  });

  it("says what it should show and what it shows", () => {
    const readings = [
      clockAt(0, 28_800),
      clockAt(1_000, 28_800),
      clockAt(2_000, 36_000),
      clockAt(3_000, 36_000),
    ];
    expect(watch("device-clock", readings).events).toMatchObject([
      { event: "device-clock-changed", value: 36_003, note: "08:00:03 → 10:00:03" },
    ]);
  });
});
