import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CborValue, decodeCanonical, encodeCanonical } from "./canonical-cbor.ts";

const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));

const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.maxSafeInteger(),
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 20 }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(fc.integer({ min: -50, max: 50 }), tie("value")), {
        maxLength: 4,
        selector: ([key]) => key,
      })
      .map((entries) => new Map(entries)),
  ),
}));

describe("canonical CBOR", () => {
  it("everyValueComesBack", () => {
    fc.assert(
      fc.property(value, (before) => {
        expect(decodeCanonical(encodeCanonical(before), "test")).toEqual(before);
      }),
    );
  });

  it.each([
    ["an integer in a longer form than needed", "18 05"],
    ["a map with unsorted keys", "a2 02 00 01 00"],
    ["a map with a key twice", "a2 01 00 01 01"],
    ["a list of indefinite length", "9f 01 ff"],
    ["a float", "fb 3ff0000000000000"],
    ["not a number", "f97e00"],
    ["undefined", "f7"],
    ["bytes that are left over", "01 02"],
    ["nothing at all", ""],
    ["a list that ends early", "82 01"],
  ])("refuses %s", (_what, bytes) => {
    expect(() => decodeCanonical(hex(bytes), "test")).toThrow(/CBOR_INVALID/);
  });
});
