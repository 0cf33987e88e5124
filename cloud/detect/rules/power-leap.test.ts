import { describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../local-time.ts";
import { DEFAULT_THRESHOLDS } from "../rule-thresholds.ts";
import { QUIET_FLOOR } from "../simulated-journal.fixture.ts";
import { initialLeap, leapOf } from "./power-leap.ts";
import { planOf } from "./power-plan.ts";
import { accepted, FORMER_LOAD_W, powerSubject } from "./power-site.fixture.ts";

function floor() {
  const { accepted: baseline } = accepted(1, { ...QUIET_FLOOR, wanderW: 300 }).state;
  if (!baseline) throw new Error("nothing accepted");
  const site = { site: "qingshi-dyes", utcOffsetMin: 480, formerLoadW: FORMER_LOAD_W };
  const plan = planOf(baseline, powerSubject(MINUTE_MS), { site, thresholds: DEFAULT_THRESHOLDS });
  if (plan.leapW === null) throw new Error("no limit learned");
  const state = initialLeap();
  let toMs = 0;
  return {
    leapW: plan.leapW,
    calmW: plan.calmW,
    /** True when the reading, so much above the baseline, is strong by itself. */
    read(excessW: number, afterMs = MINUTE_MS): boolean {
      toMs += afterMs;
      const value = { fromMs: toMs, toMs, watts: 2_000 + excessW, midW: 2_000, sigmaW: 100 };
      return leapOf(state, value, plan, { wander: 0, isSettling: false }) !== null;
    },
  };
}

describe("a leap to just above the baseline", () => {
  it("is the return of what fell within a day", () => {
    const { read, leapW } = floor();
    read(0);
    read(-2 * leapW);
    expect(read(50)).toBe(false);
  });

  it("is none of what noise let fall", () => {
    const { read, leapW } = floor();
    read(0);
    read(-0.7 * leapW);
    expect(read(0.45 * leapW)).toBe(true);
  });

  it("is none of what wandered down across a hole, but is of what fell further there", () => {
    const wandered = floor();
    wandered.read(0);
    wandered.read(-0.9 * wandered.calmW, 6 * HOUR_MS);
    expect(wandered.read(50)).toBe(true);
    const fell = floor();
    fell.read(0);
    fell.read(-1.5 * fell.calmW, 6 * HOUR_MS);
    expect(fell.read(50)).toBe(false);
  });
});
