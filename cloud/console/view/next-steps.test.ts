import { expect, test } from "vitest";
import { nextSteps } from "./next-steps.ts";

const usual = { rule: "power-rise", provisional: false } as const;

test("everyRestartAsksForAVisitFirst", () => {
  for (const level of ["blue", "yellow", "orange", "red"] as const) {
    expect(nextSteps({ ...usual, class: "restart", level })[0]?.zh).toContain("网格员");
  }
});

test("onlyRedGoesToTheOfficerInCharge", () => {
  const tellsLeader = (level: "orange" | "red") =>
    nextSteps({ ...usual, class: "restart", level }).some((step) => step.zh.includes("带班领导"));
  expect([tellsLeader("orange"), tellsLeader("red")]).toEqual([false, true]);
});

test("silenceIsNeverCalledNormal", () => {
  expect(nextSteps({ ...usual, class: "silence", level: "yellow" })[0]?.zh).toContain("不能视为正常");
});

test("aDeviceTakenOffTheListIsAskedAfterFirst", () => {
  const steps = nextSteps({ ...usual, class: "silence", level: "blue", rule: "device-removed" });
  expect(steps[0]?.zh).toContain("移出网关配置");
});

test("aProvisionalAlertSaysWhatItWaitsFor", () => {
  const steps = nextSteps({ ...usual, class: "restart", level: "orange", provisional: true });
  expect(steps[0]?.zh).toContain("等待签名日志");
});

test("aContradictionIsForAPersonToLookAt", () => {
  const steps = nextSteps({ ...usual, class: "info", level: "blue", rule: "journal-contradiction" });
  expect(steps[0]?.zh).toContain("克隆");
});
