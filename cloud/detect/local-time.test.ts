import { expect, it } from "vitest";
import { localSpan, localTime } from "./local-time.ts";

const at = (hour: number, minute: number, second = 0) => Date.UTC(2031, 4, 6, hour - 8, minute, second);

it("tellsALongSpanToTheMinute", () => {
  expect(localSpan(at(2, 10), at(2, 55), 480)).toBe("02:10–02:55");
});

it("tellsAShortSpanToTheSecond", () => {
  expect(localSpan(at(6, 3, 31), at(6, 3, 56), 480)).toBe("06:03:31–06:03:56");
});

it("namesTheDaysOfASpanOverMidnight", () => {
  expect(localSpan(at(23, 50), at(24, 20), 480)).toBe("05-06 23:50–05-07 00:20");
});

it("doesNotThrowOnATimeThatIsNone", () => {
  expect(localTime(Number.NaN, 480)).toBe("--:--");
});
