import { expect, test } from "vitest";
import { nextSteps } from "./next-steps.ts";

test("everyRestartAsksForAVisitFirst", () => {
  for (const level of ["blue", "yellow", "orange", "red"] as const) {
    expect(nextSteps({ class: "restart", level })[0]?.zh).toContain("网格员");
  }
});

test("onlyRedGoesToTheOfficerInCharge", () => {
  const tellsLeader = (level: "orange" | "red") =>
    nextSteps({ class: "restart", level }).some((step) => step.zh.includes("带班领导"));
  expect([tellsLeader("orange"), tellsLeader("red")]).toEqual([false, true]);
});

test("silenceIsNeverCalledNormal", () => {
  expect(nextSteps({ class: "silence", level: "yellow" })[0]?.zh).toContain("不能视为正常");
});
