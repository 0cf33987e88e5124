import { expect, test } from "vitest";
import { displayUnit, numberText, quantityText } from "./quantity.ts";

test("wattsAreShownInKilowatts", () => {
  expect(quantityText(1318, "W")).toBe("1.32 kW");
  expect(quantityText(184_400, "W")).toBe("184 kW");
  expect(displayUnit("W")).toMatchObject({ unit: "kW", factor: 0.001 });
});

test("otherUnitsKeepTheirOwnPrecision", () => {
  expect(quantityText(228.04, "V")).toBe("228.0 V");
  expect(quantityText(12_345, "ppb")).toBe("12,345 ppb");
  expect(quantityText(0.912, "1")).toBe("0.912");
  expect(quantityText(21.37, "°C")).toBe("21.4 °C");
});

test("negativeNumbersCarryAMinusAndZeroDoesNot", () => {
  expect(numberText(-1234.5, 1)).toBe("−1,234.5");
  expect(numberText(-0.001, 1)).toBe("0.0");
});
