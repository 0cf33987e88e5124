import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { settingsText, USUAL_SETTINGS } from "./line-settings.ts";
import {
  estimateMs,
  modeText,
  planFirstPass,
  planSecondPass,
  type ScanQuestion,
  type ScanWish,
  timeLeftMs,
  USUAL_SCAN_MAX_MS,
} from "./scan-plan.ts";

const USUAL: ScanWish = { line: "serial", exhaustive: false };

const asked = (questions: readonly ScanQuestion[]) =>
  questions.map(({ mode, request }) => `${modeText(mode)} ${"unit" in request ? request.unit : "any"}`);

describe("the plan of a scan", () => {
  it("theUsualSettingsEndWithinThreeMinutesWhateverAnswered", () => {
    const first = planFirstPass(USUAL);
    const modes = [...new Map(first.map(({ mode }) => [modeText(mode), mode])).values()];
    fc.assert(
      fc.property(fc.subarray(modes), fc.integer({ min: 0, max: 400_000 }), (answered, lateMs) => {
        const spentMs = estimateMs(first) + lateMs;
        const second = planSecondPass(USUAL, answered, spentMs);
        expect(second.length === 0 || spentMs + estimateMs(second) <= USUAL_SCAN_MAX_MS).toBe(true);
      }),
    );
    expect(estimateMs(first)).toBeLessThan(USUAL_SCAN_MAX_MS / 2);
  });

  it("asksNobodyTwiceInOneMode", () => {
    const first = planFirstPass(USUAL);
    const modes = first.filter(({ mode }) => mode.protocol === "modbus").map(({ mode }) => mode);
    for (const mode of new Set(modes)) {
      const all = asked([...first, ...planSecondPass(USUAL, [mode], 0)]);
      expect(new Set(all).size).toBe(all.length);
    }
  });

  it("reachesEveryUnitAtTheCommonestSettingAndWhereItWasAnswered", () => {
    const first = planFirstPass(USUAL);
    for (const answered of [
      [],
      first.filter(({ mode }) => modeText(mode) === "Modbus 9600 8E1").slice(0, 1),
    ]) {
      const modes = answered.map(({ mode }) => mode);
      const name = modes[0] ? modeText(modes[0]) : "Modbus 9600 8N1";
      const all = asked([...first, ...planSecondPass(USUAL, modes, estimateMs(first))]);
      for (let unit = 1; unit <= 247; unit++) expect(all).toContain(`${name} ${unit}`);
    }
  });

  it("triesEveryUnitOfEverySettingWhenExhaustive", () => {
    const all = planFirstPass({ line: "serial", exhaustive: true });
    expect(all.filter(({ mode }) => mode.protocol === "modbus")).toHaveLength(8 * 3 * 247);
    expect(all.filter(({ mode }) => mode.protocol === "dlt645")).toHaveLength(8 * 3);
    expect(planSecondPass({ line: "serial", exhaustive: true }, [], 0)).toEqual([]);
    const modes = [...new Set(all.filter(({ mode }) => mode.protocol === "modbus").map(({ mode }) => mode))];
    expect(modes.slice(0, USUAL_SETTINGS.length).map(modeText).toSorted()).toEqual(
      USUAL_SETTINGS.map((settings) => `Modbus ${settingsText(settings)}`).toSorted(),
    );
  });

  it("asksOnlyWhatWasWished", () => {
    const settings = [{ baud: 19_200, parity: "odd", stopBits: 1 }] as const;
    const wish: ScanWish = { line: "serial", exhaustive: false, settings, units: [3, 200] };
    expect(asked(planFirstPass(wish))).toEqual([
      "DL/T 645 19200 8O1 any",
      "Modbus 19200 8O1 3",
      "Modbus 19200 8O1 200",
    ]);
    expect(planSecondPass(wish, [], 0)).toEqual([]);
  });

  it("asksNoMeterOnModbusTcp", () => {
    expect(asked(planFirstPass({ line: "modbus-tcp", exhaustive: false }))).toHaveLength(247);
  });

  it("theTimeLeftFollowsThePace", () => {
    const remaining = planFirstPass({ ...USUAL, units: [1, 2, 3] });
    expect(timeLeftMs(remaining, 0, 0)).toBe(estimateMs(remaining));
    expect(timeLeftMs(remaining, 1_000, 500)).toBeCloseTo(estimateMs(remaining) / 2);
    expect(timeLeftMs([], 1_000, 500)).toBe(0);
  });
});
