import { expect, it } from "vitest";
import { actWords, caseActs, entryText } from "./case-words.ts";

const OFFICER = ["case.read", "case.acknowledge", "case.decide"];

it("offersWhatTheStateAndThePersonAllow", () => {
  expect(caseActs({ state: "notified", verdict: null }, OFFICER)).toEqual(["acknowledge"]);
  expect(caseActs({ state: "acknowledged", verdict: null }, OFFICER)).toEqual(["decide"]);
  expect(caseActs({ state: "notified", verdict: null }, ["case.acknowledge"])).toEqual(["acknowledge"]);
  expect(caseActs({ state: "verdict", verdict: "confirmed" }, OFFICER)).toEqual(["close"]);
  expect(caseActs({ state: "closed", verdict: "confirmed" }, OFFICER)).toEqual([]);
  expect(caseActs({ state: "visited", verdict: null }, ["case.read"])).toEqual([]);
});

it("tellsWhatWasDecidedAndWhyInOneLine", () => {
  expect(entryText({ detail: { verdict: "confirmed", reason: "两台反应釜在运行" } })).toBe(
    "属实 · 两台反应釜在运行",
  );
  expect(entryText({ detail: { text: "", level: "red" } })).toBe("");
  expect(actWords("something-new")).toEqual({ zh: "something-new", en: "something-new" });
});
