import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toScaled, toValue } from "./channel.ts";
import { carriesValue, exceptionQuality, isAnswer, isQuality, QUALITY, qualityName } from "./quality.ts";

describe("scaled values", () => {
  it("aScaledIntegerComesBackFromItsValue", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.integer({ min: -3, max: 6 }),
        (scaled, decimals) => {
          expect(toScaled(toValue(scaled, decimals), decimals)).toBe(scaled + 0);
        },
      ),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300])("%s is no scaled value", (value) => {
    expect(toScaled(value, 3)).toBeNull();
  });
});

describe("quality", () => {
  it("onlyGoodAndOutOfRangeCarryAValue", () => {
    expect(Object.values(QUALITY).filter(carriesValue)).toEqual([QUALITY.good, QUALITY.outOfRange]);
  });

  it("anExceptionIsAnAnswerWithoutAValue", () => {
    const quality = exceptionQuality(2);
    expect([isAnswer(quality), carriesValue(quality), isQuality(quality)]).toEqual([true, false, true]);
    expect(qualityName(quality)).toBe("exception(2)");
  });

  it("silenceIsNoAnswer", () => {
    expect(isAnswer(QUALITY.noAnswer)).toBe(false);
    expect(isQuality(3)).toBe(false);
  });
});
