import fc from "fast-check";
import { expect, it } from "vitest";
import { readHeader, readRow } from "./csv-rows.ts";

const header = readHeader("time,power,seal", ["power", "seal"], "a.csv");

it("takes ISO 8601 with a zone and milliseconds since 1970 for the same moment", () => {
  const iso = readRow("2026-01-15T00:00:00+08:00,1.5,1", 2, header);
  expect(readRow("1768406400000,1.5,1", 2, header)).toEqual(iso);
  expect(iso).toEqual({ line: 2, utcMs: 1_768_406_400_000, values: [1.5, 1] });
});

it("an empty field is no answer, and a column that nobody named is nobody's business", () => {
  const wide = readHeader('time,"note, long",power,seal', ["seal", "power"], "a.csv");
  expect(readRow('1768406400000,"a, ""b""",,0', 2, wide)).toMatchObject({ values: [0, null] });
});

it("names line, column and fix of what it cannot use", () => {
  expect(readRow("2026-01-15T00:00:00,1,1", 7, header)).toMatchObject({ line: 7, column: "time" });
  expect(readRow("1768406400000,abc,1", 8, header)).toMatchObject({ line: 8, column: "power", found: "abc" });
  expect(() => readHeader("power,time", ["power"], "a.csv")).toThrow(
    /CSV_UNUSABLE.*first column must be time/,
  );
  expect(() => readHeader("time,power", ["power", "voc"], "a.csv")).toThrow(/lacks voc/);
});

it("nothing that a line may hold throws", () => {
  fc.assert(
    fc.property(fc.string(), (line) => {
      expect(readRow(line, 1, header)).toHaveProperty("line", 1);
    }),
  );
});
