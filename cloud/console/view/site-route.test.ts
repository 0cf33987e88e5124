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

test("theSiteShownStaysUntilTheHashNamesAnother", () => {
  expect(chosenSite("", ["a"], null)).toBe("a");
  expect(chosenSite("#/sites/gone", ["a"], null)).toBe("a");
  expect(chosenSite("", ["a", "b"], "b")).toBe("b");
  expect(chosenSite("#/sites/b", ["a", "b"], "a")).toBe("b");
  expect(chosenSite("", [], null)).toBeNull();
});
