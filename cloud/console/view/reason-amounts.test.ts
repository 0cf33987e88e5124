import { expect, test } from "vitest";
import { reasonAmounts } from "./reason-amounts.ts";

test("aSealIsOpenNotZero", () => {
  const { measured, expected } = reasonAmounts({ evidence: "seal", unit: "", measured: 0, expected: 1 });
  expect([measured?.zh, expected?.zh]).toEqual(["断开", "完好"]);
});

test("aLoadIsInKilowattsAndASilenceInTime", () => {
  expect(reasonAmounts({ evidence: "power", unit: "W", measured: 12_400, expected: null })).toEqual({
    measured: { zh: "12.4 kW", en: "" },
    expected: null,
  });
  expect(reasonAmounts({ evidence: "silence", unit: "min", measured: 15, expected: 5 }).measured?.en).toBe(
    "15 min",
  );
});
