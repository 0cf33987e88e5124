import { expect, it } from "vitest";
import { hashOfCase, placeInHash } from "./case-route.ts";

it("aHashNamesTheListOfCasesOneCaseOrTheSites", () => {
  expect(placeInHash("#/cases")).toEqual({ kind: "cases" });
  expect(placeInHash(hashOfCase("2026-云溪/17"))).toEqual({ kind: "case", id: "2026-云溪/17" });
  expect(placeInHash("#/cases/%")).toEqual({ kind: "cases" });
  expect(placeInHash("#/sites/a")).toEqual({ kind: "sites" });
  expect(placeInHash("")).toEqual({ kind: "sites" });
});
