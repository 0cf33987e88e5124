import fc from "fast-check";
import { expect, it } from "vitest";
import { fieldsOf } from "./csv-fields.ts";

it("lines together have the fields that each has alone, whatever quotes they hold", () => {
  const line = fc.string({
    unit: fc.constantFrom("a", "1", ",", '"', '"', " ", "\t", "功", "\uFEFF"),
    maxLength: 40,
  });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      expect(fieldsOf(lines)).toEqual(lines.flatMap((each) => fieldsOf([each])));
    }),
  );
});

it("names the field whose quotes are wrong", () => {
  expect(fieldsOf(["a,b", 'a,"b', 'a,b,"c"d', "", '"a"'])).toEqual([
    ["a", "b"],
    { badField: 1 },
    { badField: 2 },
    [""],
    ["a"],
  ]);
});
