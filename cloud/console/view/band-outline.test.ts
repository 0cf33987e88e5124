import { expect, test } from "vitest";
import { bandOutline } from "./band-outline.ts";

test("theOutlineRunsOverTheHighsAndBackUnderTheLows", () => {
  const hours = [
    { mid: 5, low: 0, high: 10 },
    { mid: 5, low: 2.5, high: 7.5 },
  ];
  expect(bandOutline(hours, 100, 40)).toEqual({
    band: "0.0,0.0 100.0,10.0 100.0,30.0 0.0,40.0",
    mid: "0.0,20.0 100.0,20.0",
  });
});

test("aFlatZeroDayStillHasAnOutline", () => {
  expect(bandOutline([{ mid: 0, low: 0, high: 0 }], 100, 40).mid).toBe("0.0,40.0");
});
