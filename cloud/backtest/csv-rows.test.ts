import fc from "fast-check";
import { expect, it } from "vitest";
import { type CsvLine, fieldsOf } from "./csv-fields.ts";
import { LINE_MAX_CHARS } from "./csv-lines.ts";
import { type CsvHeader, readHeader, readRow } from "./csv-rows.ts";

const SEAL = { values: [0, 1], fix: "write 1 for closed or 0 for open" };
const lineOf = (text: string, number: number): CsvLine => ({
  number,
  text,
  fields: fieldsOf([text])[0] ?? [],
});
const rowOf = (text: string, number: number, columns: CsvHeader) => readRow(lineOf(text, number), columns);
const headerOf = (line: string, ...names: string[]) =>
  readHeader(lineOf(line, 1), { wanted: names.map((name) => ({ name })), utcOffsetMin: 480 }, "a.csv");
const header = headerOf("time,power,seal", "power", "seal");

it("takes ISO 8601 with a zone and milliseconds since 1970 for the same moment", () => {
  const iso = rowOf("2026-01-15T00:00:00+08:00,1.5,1", 2, header);
  expect(rowOf("1768406400000,1.5,1", 2, header)).toEqual(iso);
  expect(iso).toEqual({ line: 2, utcMs: 1_768_406_400_000, values: [1.5, 1] });
});

it("an empty field is no answer, and a column that nobody named is nobody's business", () => {
  const wide = headerOf('time,"note, long",power,seal', "seal", "power");
  expect(rowOf('1768406400000,"a, ""b""",,0', 2, wide)).toMatchObject({ values: [0, null] });
});

it("names line, column and fix of what it cannot use", () => {
  expect(rowOf("1768406400,1,1", 7, header)).toMatchObject({ line: 7, column: "time" });
  expect(rowOf("20260115000000,1,1", 7, header)).toMatchObject({ line: 7, column: "time" });
  expect(rowOf("2026-02-30T00:00:00Z,1,1", 7, header)).toMatchObject({ line: 7, column: "time" });
  expect(rowOf("1768406400000,abc,1", 8, header)).toMatchObject({ line: 8, column: "power", found: "abc" });
  expect(rowOf("1768406400000,0x10,1", 8, header)).toMatchObject({ column: "power", found: "0x10" });
  expect(rowOf("1768406400000,1,234.5,1", 9, header)).toMatchObject({ line: 9, column: "line" });
  expect(rowOf("1".repeat(LINE_MAX_CHARS + 1), 9, header)).toMatchObject({ line: 9, column: "line" });
  const seal = { ...header, wanted: [{ name: "power" }, { name: "seal", positions: SEAL }] };
  expect(rowOf("1768406400000,1,2", 9, seal)).toMatchObject({ column: "seal", fix: SEAL.fix });
});

it("takes a time without a zone for local time of the site, on every machine", () => {
  const zoned = rowOf("2026-01-15T00:15:00+08:00,1,1", 2, header);
  for (const time of [
    "2026-01-15T00:15:00",
    "2026-01-15 00:15",
    "2026-01-15 00:15:00+08",
    "2026-01-14T16:15Z",
  ])
    expect(rowOf(`${time},1,1`, 2, header)).toEqual(zoned);
  expect(rowOf("2026-01-14T24:00,1,1", 2, header)).toEqual(rowOf("2026-01-15,1,1", 2, header));
});

it("a header that will not do says what to write", () => {
  expect(() => headerOf("power,time", "power")).toThrow(/CSV_UNUSABLE.*first column must be time/);
  expect(() => headerOf("time,power", "power", "voc")).toThrow(/lacks voc.*it has power/);
  expect(() => headerOf("time;power", "power")).toThrow(/by semicolons or tabs, not by commas/);
  expect(() => headerOf("time,power,power", "power")).toThrow(/has power more than once/);
  expect(() => headerOf("time,\uFFFD\uFFFD", "功率")).toThrow(/save the file as CSV in UTF-8/);
  expect(headerOf("\uFEFFtime, power,,", "power")).toMatchObject({
    places: [1],
    names: ["time", "power", "", ""],
  });
});

it("nothing that a line may hold throws", () => {
  fc.assert(
    fc.property(fc.string(), (line) => {
      expect(rowOf(line, 1, header)).toHaveProperty("line", 1);
    }),
  );
});
