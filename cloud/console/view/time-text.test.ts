import { expect, test } from "vitest";
import {
  agoText,
  clockText,
  durationText,
  fullMomentText,
  hourAt,
  momentText,
  offsetText,
} from "./time-text.ts";

const AT = Date.UTC(2031, 6, 21, 18, 30, 5);

test("timesAreTheSitesNotTheBrowsers", () => {
  expect(fullMomentText(AT, 480)).toBe("2031-07-22 02:30:05");
  expect(momentText(AT, -180)).toBe("07-21 15:30");
  expect(clockText(AT, 330)).toBe("00:00:05");
  expect(hourAt(AT, 480)).toBe(2);
});

test("offsetsAreNamed", () => {
  expect([480, 330, -180, 0].map(offsetText)).toEqual(["UTC+8", "UTC+5:30", "UTC−3", "UTC+0"]);
});

test("durationsShowTheirTwoLargestUnits", () => {
  expect(durationText(200_000)).toEqual({ zh: "3 分 20 秒", en: "3 min 20 s" });
  expect(durationText(86_400_000 + 5000)).toEqual({ zh: "1 天", en: "1 d" });
  expect(durationText(0).zh).toBe("0 秒");
  expect(durationText(-5).zh).toBe("0 秒");
});

test("agoIsCoarse", () => {
  expect(agoText(0, 3000).zh).toBe("刚刚");
  expect(agoText(0, 47_000).en).toBe("40 s ago");
  expect(agoText(0, 3_599_000).zh).toBe("59 分前");
  expect(agoText(0, 3 * 86_400_000 + 7_300_000).en).toBe("3 d 2 h ago");
});
