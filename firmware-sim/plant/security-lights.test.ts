import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { localTime } from "./local-day.ts";
import { securityLights } from "./security-lights.ts";

const CHINA_MIN = 480;
const CONFIG = { dusk: 18 * 60 + 40, dawn: 5 * 60 + 50, jitterMin: 8 };
const anyMoment = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2030, 0, 1) });

describe("securityLights", () => {
  it("burnAtElevenAtNightAndNotAtNoonLocalTime", () => {
    const lights = securityLights(CONFIG, CHINA_MIN, 1);
    expect(lights(Date.parse("2026-01-15T23:00:00+08:00")).on).toBe(true);
    expect(lights(Date.parse("2026-01-15T12:00:00+08:00")).on).toBe(false);
  });

  it("nextSwitchIsTheMomentTheyChangeAndNotBefore", () => {
    fc.assert(
      fc.property(anyMoment, fc.nat(1000), (atMs, seed) => {
        const lights = securityLights(CONFIG, CHINA_MIN, seed);
        const { on, nextSwitchMs } = lights(atMs);
        expect(nextSwitchMs).toBeGreaterThan(atMs);
        expect(lights(nextSwitchMs - 1).on).toBe(on);
        expect(lights(nextSwitchMs).on).toBe(!on);
      }),
    );
  });

  it("eachDaySwitchesAtItsOwnMinuteWithinTheJitter", () => {
    const lights = securityLights(CONFIG, CHINA_MIN, 3);
    const dusks = Array.from({ length: 30 }, (_, day) => {
      const noon = Date.parse("2026-01-01T12:00:00+08:00") + day * 86_400_000;
      return localTime(lights(noon).nextSwitchMs, CHINA_MIN).minute;
    });
    for (const dusk of dusks) expect(Math.abs(dusk - CONFIG.dusk)).toBeLessThanOrEqual(CONFIG.jitterMin);
    expect(new Set(dusks).size).toBe(30);
  });
});
