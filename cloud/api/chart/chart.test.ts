import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketize } from "./buckets.ts";
import { contactTrack } from "./contact-steps.ts";

const range = { fromMs: 1000, toMs: 1600, bucketMs: 100 };
const reading = (fromMs: number, value: number) => ({ fromMs, min: value, max: value, sum: value, count: 1 });

describe("chart buckets", () => {
  it("keepEveryReadingOnceAndInventNone", () => {
    const readings = fc.array(
      fc.tuple(fc.integer({ min: 900, max: 1700 }), fc.integer({ min: -50, max: 50 })),
    );
    fc.assert(
      fc.property(readings, (list) => {
        const columns = bucketize(
          list.map(([at, value]) => reading(at, value)),
          range,
        );
        columns.timesMs.forEach((from, at) => {
          const inside = list.filter(([time]) => time >= from && time < from + 100).map(([, value]) => value);
          expect(columns.min[at]).toBe(inside.length ? Math.min(...inside) : null);
          expect(columns.max[at]).toBe(inside.length ? Math.max(...inside) : null);
          const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length;
          if (inside.length) expect(columns.mean[at]).toBeCloseTo(mean, 9);
          else expect(columns.mean[at]).toBeNull();
        });
      }),
    );
  });
});

describe("contact track", () => {
  it("aGapIsNotKnownUntilTheContactIsHeardAgain", () => {
    const steps = [
      { atMs: 0, value: 1 },
      { atMs: 10, value: 1 },
      { atMs: 50, value: 1 },
      { atMs: 60, value: 0 },
    ];
    expect(contactTrack(steps, [{ fromMs: 20, toMs: 50 }])).toEqual([
      { atMs: 0, value: 1 },
      { atMs: 20, value: null },
      { atMs: 50, value: 1 },
      { atMs: 60, value: 0 },
    ]);
  });
});
