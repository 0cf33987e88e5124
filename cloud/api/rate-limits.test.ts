import { describe, expect, it } from "vitest";
import { RateLimits } from "./rate-limits.ts";

describe("rate limits", () => {
  it("guessingFromOneAddressIsSlowedAndOthersAreNot", () => {
    let nowMs = 0;
    const limits = new RateLimits({ burst: 200, perSecond: 20 }, { monotonicMs: () => nowMs });
    const guess = (address: string) => limits.take({ guard: "anyone", method: "POST" }, "nobody", address);
    const first = Array.from({ length: 30 }, () => guess("192.0.2.1"));
    expect(first.filter((waitMs) => waitMs === 0)).toHaveLength(20);
    expect(guess("192.0.2.2")).toBe(0);
    nowMs += 60_000;
    expect(
      Array.from({ length: 40 }, () => guess("192.0.2.1")).filter((waitMs) => waitMs === 0),
    ).toHaveLength(20);
  });
});
