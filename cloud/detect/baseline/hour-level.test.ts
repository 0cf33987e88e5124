import { expect, it } from "vitest";
import { addToHour, emptyHour, levelOf, valuesOf } from "./hour-level.ts";

it("is not moved by a kettle, and lies between the two levels of a load that cycles", () => {
  const kettle = Array.from({ length: 60 }, (_, minute) => (minute < 5 ? 2_000 : 100));
  expect(levelOf(kettle)).toBe(100);
  const cycling = (offset: number) =>
    Array.from({ length: 60 }, (_, minute) => ((minute + offset) % 32 < 16 ? 900 : 0));
  for (let offset = 0; offset < 32; offset++)
    expect(Math.abs(levelOf(cycling(offset)) - 450)).toBeLessThan(80);
  expect(levelOf([])).toBe(0);
});

it("keeps sixty values", () => {
  const hour = emptyHour(5);
  for (let minute = 0; minute < 100; minute++) addToHour(hour, 500);
  expect(valuesOf(hour)).toHaveLength(60);
  expect(valuesOf(hour)[0]).toBeCloseTo(500, -1);
});
