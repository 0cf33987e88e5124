import fc from "fast-check";
import { expect, it } from "vitest";
import { TokenBuckets } from "./token-buckets.ts";

function buckets(limit: Partial<ConstructorParameters<typeof TokenBuckets>[0]> = {}) {
  const clock = { nowMs: 0, monotonicMs: () => clock.nowMs };
  return { clock, buckets: new TokenBuckets({ burst: 10, perSecond: 2, keysMax: 3, ...limit }, clock) };
}

it("letsABurstThroughAndThenTheRate", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400), { minLength: 1, maxLength: 300 }), (pausesMs) => {
      const { clock, buckets: limit } = buckets();
      let taken = 0;
      for (const pauseMs of pausesMs) {
        clock.nowMs += pauseMs;
        if (limit.take("a") === 0) taken++;
        expect(taken).toBeLessThanOrEqual(10 + (clock.nowMs / 1000) * 2);
      }
    }),
  );
});

it("saysHowLongToWaitAndKeepsItsWord", () => {
  const { clock, buckets: limit } = buckets({ burst: 1 });
  expect(limit.take("a")).toBe(0);
  expect(limit.take("a")).toBe(500);
  clock.nowMs += 500;
  expect(limit.take("a")).toBe(0);
});

it("spacesReservationsByTheRate", () => {
  const { buckets: limit } = buckets({ burst: 1 });
  expect([1, 2, 3].map(() => limit.reserve("a"))).toEqual([0, 500, 1000]);
});

it("keepsKeysApartAndForgetsTheOneUnusedLongest", () => {
  const { buckets: limit } = buckets({ burst: 1 });
  for (const key of ["a", "b", "c", "d"]) expect(limit.take(key)).toBe(0);
  expect(limit.take("b")).toBeGreaterThan(0);
  expect(limit.take("a")).toBe(0);
});
