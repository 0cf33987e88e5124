import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { afterFailure, type LockOut, lockedForMs, NO_FAILURES } from "./lock-out.ts";

const after = (failures: number, nowMs: number): LockOut => {
  let lock = NO_FAILURES;
  for (let n = 0; n < failures; n++) lock = afterFailure(lock, nowMs);
  return lock;
};

describe("lock-out", () => {
  it("beginsWithTheFifthFailureAndDoublesUpToHalfAnHour", () => {
    expect([4, 5, 6, 9, 10, 100].map((n) => lockedForMs(after(n, 1_000), 1_000) / 60_000)).toEqual([
      0, 1, 2, 16, 30, 30,
    ]);
  });

  it("neverKeepsTheOwnerOutForLongerThanHalfAnHour", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), fc.nat(), (failures, nowMs) => {
        expect(lockedForMs(after(failures, nowMs), nowMs + 30 * 60_000)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});
