import { describe, expect, it } from "vitest";
import type { DevicePoint } from "./device-point.ts";
import { evaluateSelfChecks } from "./self-check.ts";
import { type SelfCheck, selfCheckSchema } from "./self-check-schema.ts";

const points = [
  { id: "power", kind: "active-power", unit: "kW", decimals: 3 },
  { id: "energy", kind: "energy-import", unit: "kWh", decimals: 2 },
] as DevicePoint[];

function judge(
  check: object,
  values: Record<string, number | null>,
  earlier?: Parameters<typeof evaluateSelfChecks>[2],
) {
  const checks: SelfCheck[] = [selfCheckSchema.parse({ id: "x", ...check })];
  return evaluateSelfChecks({ checks, points } as never, values, earlier)[0];
}

describe("the sum of the phases", () => {
  const check = { check: "sum", total: "t", parts: ["a", "b", "c"], floor: 50 };

  it.each([
    ["within two per cent of the total", { t: 1000, a: 340, b: 330, c: 345 }, true],
    ["beyond two per cent", { t: 1000, a: 340, b: 330, c: 360 }, false],
    ["of phases that feed back", { t: 10, a: 1000, b: -995, c: 0 }, true],
    ["when phase A is taken for the total", { t: 340, a: 340, b: 330, c: 330 }, false],
    ["below the floor", { t: 20, a: 1, b: 1, c: 1 }, null],
    ["without load", { t: 0, a: 0, b: 0, c: 0 }, null],
    ["with a phase that is not present", { t: 1000, a: 1000, b: null, c: null }, null],
  ])("%s", (_, values, ok) => expect(judge(check, values)?.ok).toBe(ok));
});

describe("volts times amperes times power factor", () => {
  const check = { check: "vi-pf", power: "power", voltages: ["v"], currents: ["i"], powerFactor: "pf" };
  const { powerFactor: _, ...without } = check;

  it.each([
    ["agree with a power in kW", check, { power: 2.07, v: 230, i: 10, pf: 0.9 }, true],
    [
      "disagree when the power is read a thousand times too small",
      check,
      { power: 0.00207, v: 230, i: 10, pf: 0.9 },
      false,
    ],
    ["disagree when the power is too large", check, { power: 2.6, v: 230, i: 10, pf: 0.9 }, false],
    ["agree for export", check, { power: -2.07, v: 230, i: -10, pf: -0.9 }, true],
    ["only bound the power without a power factor", without, { power: 0.5, v: 230, i: 10 }, true],
    ["still bound it", without, { power: 2.5, v: 230, i: 10 }, false],
    ["say nothing of next to no load", check, { power: 0.01, v: 230, i: 0.05, pf: 0.9 }, null],
    ["say nothing without the power factor they need", check, { power: 2, v: 230, i: 10, pf: null }, null],
  ])("%s", (_, which, values, ok) => expect(judge(which, values)?.ok).toBe(ok));

  it("states what was measured and expected in W", () => {
    const result = judge(check, { power: 2, v: 230, i: 10, pf: 1 });
    expect(result).toMatchObject({ id: "x", measured: 2000, expected: 2300 });
  });
});

describe("the slope of the energy counter", () => {
  const check = { check: "energy-slope", energy: "energy", power: "power" };
  const earlier = (energy: number, power: number) => ({ values: { energy, power }, elapsedMs: 360_000 });

  it.each([
    ["is the power over a steady time", { energy: 101, power: 10 }, earlier(100, 10), true],
    ["is not, when the counter is of something else", { energy: 100, power: 10 }, earlier(100, 10), false],
    ["is not told while the load changes", { energy: 101, power: 10 }, earlier(100, 5), null],
    [
      "is not told before the counter could move enough",
      { energy: 100, power: 0.5 },
      earlier(100, 0.5),
      null,
    ],
    ["is false whenever the counter runs backwards", { energy: 99, power: 0 }, earlier(100, 0), false],
    ["is not told without an earlier look", { energy: 101, power: 10 }, undefined, null],
  ])("%s", (_, values, before, ok) => expect(judge(check, values, before)?.ok).toBe(ok));
});

describe("what must stay", () => {
  const check = { check: "unchanged", point: "ct" };

  it.each([
    ["stays", { ct: 40 }, 40, true],
    ["has changed", { ct: 20 }, 40, false],
    ["is unread", { ct: null }, 40, null],
  ])("%s", (_, values, before, ok) => {
    expect(judge(check, values, { values: { ct: before }, elapsedMs: 1 })?.ok).toBe(ok);
    expect(judge(check, values)?.ok).toBeNull();
  });
});
