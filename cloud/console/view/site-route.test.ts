import fc from "fast-check";
import { expect, test } from "vitest";
import { chosenSite, hashOfSite, siteInHash } from "./site-route.ts";

test("aSiteComesBackFromItsOwnHash", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (id) => {
      expect(siteInHash(hashOfSite(id))).toBe(id);
    }),
  );
});

test("aBrokenHashNamesNoSite", () => {
  expect(siteInHash("")).toBeNull();
  expect(siteInHash("#/sites/%E0%A4%A")).toBeNull();
  expect(siteInHash("#/sites/a/b")).toBeNull();
});

test("theOnlySiteIsShownWithoutAsking", () => {
  expect(chosenSite("", ["a"])).toBe("a");
  expect(chosenSite("#/sites/gone", ["a"])).toBe("a");
  expect(chosenSite("", ["a", "b"])).toBeNull();
  expect(chosenSite("#/sites/b", ["a", "b"])).toBe("b");
});
