import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DutyRota, dutyRotaSchema, heldUntilMs, whoIsOnDuty } from "./duty-rota.ts";
import { LEVELS } from "./notification.ts";
import { regionAndAbove } from "./region-path.ts";

const HOUR_MS = 3_600_000;
/** Monday 2026-11-23 00:00 in Beijing. */
const MONDAY_MS = Date.UTC(2026, 10, 22, 16);
const at = (day: number, hour: number) => MONDAY_MS + (day * 24 + hour) * HOUR_MS;
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const shift = (users: string[], weekdays: number[], from: string, to: string, levels?: string[]) => ({
  ...{ users, when: { weekdays, from, to }, chains: [["group"]] },
  ...(levels ? { levels } : {}),
});
const rota = (shifts: object[], quiet: object | null = null): DutyRota =>
  dutyRotaSchema.parse({ shifts, quiet });
const users = (rotas: Record<string, DutyRota>, path: string, atMs: number, level: "red" | "blue" = "red") =>
  whoIsOnDuty(new Map(Object.entries(rotas)), path, level, atMs)?.users ?? null;

describe("who is on duty", () => {
  const county = rota([shift(["chen"], EVERY_DAY, "00:00", "00:00")]);
  const township = rota([
    shift(["wang"], [1, 2, 3, 4, 5], "08:00", "18:00"),
    shift(["li"], [5], "18:00", "08:00"),
  ]);
  const rotas = { "": county, "yunxi/qingshi/": township };

  it("isTheShiftOfTheHour", () => {
    expect(users(rotas, "yunxi/qingshi/", at(0, 9))).toEqual(["wang"]);
    expect(users(rotas, "yunxi/qingshi/cun/", at(0, 17.99))).toEqual(["wang"]);
  });

  it("staysTheNightShiftPastMidnightOfTheDayItBegan", () => {
    expect(users(rotas, "yunxi/qingshi/", at(4, 23))).toEqual(["li"]);
    expect(users(rotas, "yunxi/qingshi/", at(5, 7))).toEqual(["li"]);
    expect(users(rotas, "yunxi/qingshi/", at(5, 23))).toEqual(["chen"]);
  });

  it("isTheRegionAboveWhenNobodyIsThere", () => {
    expect(users(rotas, "yunxi/qingshi/", at(0, 20))).toEqual(["chen"]);
    expect(users(rotas, "elsewhere/", at(0, 9))).toEqual(["chen"]);
    expect(users({ "yunxi/qingshi/": township }, "yunxi/qingshi/", at(0, 20))).toBeNull();
  });

  it("isTheDatedShiftBeforeTheWeeklyOne", () => {
    const dated = { users: ["zhao"], when: { fromMs: at(0, 8), toMs: at(0, 12) }, chains: [["group"]] };
    const holiday = { "": rota([...county.shifts, dated]) };
    expect(users(holiday, "", at(0, 8))).toEqual(["zhao"]);
    expect(users(holiday, "", at(0, 12))).toEqual(["chen"]);
  });

  it("mayDependOnTheLevel", () => {
    const graded = { "": rota([shift(["zhao"], EVERY_DAY, "00:00", "00:00", ["red"]), ...county.shifts]) };
    expect(users(graded, "", at(0, 9), "red")).toEqual(["zhao"]);
    expect(users(graded, "", at(0, 9), "blue")).toEqual(["chen"]);
  });
});

describe("quiet hours", () => {
  const quiet = new Map([["", rota([], { from: "22:00", to: "07:00" })]]);

  it("holdBlueAndYellowUntilTheyEnd", () => {
    for (const level of ["blue", "yellow"] as const) {
      expect(heldUntilMs(quiet, "yunxi/", level, at(0, 23))).toBe(at(1, 7));
      expect(heldUntilMs(quiet, "yunxi/", level, at(1, 2))).toBe(at(1, 7));
      expect(heldUntilMs(quiet, "yunxi/", level, at(1, 7))).toBe(at(1, 7));
      expect(heldUntilMs(quiet, "yunxi/", level, at(1, 12))).toBe(at(1, 12));
    }
  });

  it("neverHoldOrangeOrRed_andEndWithinADay", () => {
    const time = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom("00", "30"))
      .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${minute}`);
    const property = fc.property(
      time,
      time,
      fc.constantFrom(...LEVELS),
      fc.nat(14 * 24 * 60),
      (from, to, level, minute) => {
        const atMs = MONDAY_MS + minute * 60_000;
        const heldMs = heldUntilMs(new Map([["", rota([], { from, to })]]), "yunxi/", level, atMs) - atMs;
        if (level === "blue" || level === "yellow") expect(heldMs).toBeGreaterThanOrEqual(0);
        else expect(heldMs).toBe(0);
        expect(heldMs).toBeLessThanOrEqual(24 * HOUR_MS);
      },
    );
    fc.assert(property);
  });
});

it("aRegionIsFollowedByWhatIsAboveIt", () => {
  expect(regionAndAbove("shanxi/yunxi/qingshi/")).toEqual([
    "shanxi/yunxi/qingshi/",
    "shanxi/yunxi/",
    "shanxi/",
    "",
  ]);
  expect(regionAndAbove("")).toEqual([""]);
});
