import { seededRandom } from "@sealwatch/platform";
import type { FindingRecord } from "../finding.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../local-time.ts";
import { DEFAULT_THRESHOLDS } from "../rule-thresholds.ts";
import { type FloorOptions, MIDNIGHT_MS, simulatedFloor } from "../simulated-journal.fixture.ts";
import { powerRise } from "./power-rise.ts";
import type { RuleContext } from "./rule.ts";
import type { PowerSubject } from "./subject.ts";

/** What the simulated plant drew before it was closed. */
export const FORMER_LOAD_W = 60_000;

/** The channel of a simulated site's meter. */
export const powerSubject = (intervalMs: number): PowerSubject => ({
  kind: "power",
  id: 1,
  device: "meter-1",
  point: "power-total",
  scaledW: 0.1,
  unitW: 1,
  intervalMs,
});

/** One channel of a simulated site: learns, is accepted, runs on. */
export function simulate(seed: number, floor: FloorOptions, formerLoadW = FORMER_LOAD_W) {
  const next = simulatedFloor(seededRandom(seed, "floor"), floor);
  const findings: FindingRecord[] = [];
  const context: RuleContext = {
    gateway: "gw-000001",
    site: { site: "qingshi-dyes", utcOffsetMin: 480, formerLoadW },
    thresholds: DEFAULT_THRESHOLDS,
    place: { epoch: "0123456789abcdef", seq: 1 },
    isSettling: () => false,
    isSuspected: () => false,
    emit: (finding) => findings.push(finding),
  };
  const state = powerRise.init(powerSubject(MINUTE_MS));
  let utcMs = MIDNIGHT_MS;
  return {
    state,
    findings,
    now: () => utcMs,
    run(durationMs: number, stepMs: number, addW: (utcMs: number) => number = () => 0): void {
      const now = powerSubject(stepMs);
      for (const endMs = utcMs + durationMs; utcMs < endMs; ) {
        utcMs += stepMs;
        const watts = Math.round(10 * (next(utcMs, stepMs) + addW(utcMs))) / 10;
        powerRise.step(state, now, { type: "reading", utcMs, watts }, context);
      }
    },
    accept(): void {
      powerRise.step(state, powerSubject(MINUTE_MS), { type: "accepted", utcMs, by: "李工" }, context);
    },
    /** Seconds from `startMs` to the first record that is strong, or Infinity. */
    strongAfterS(startMs: number): number {
      const strong = findings.find(({ atMs, strength }) => atMs > startMs && strength === "strong");
      return strong ? (strong.atMs - startMs) / 1_000 : Infinity;
    },
  };
}

/** The same site once its baseline was learned and accepted. */
export function accepted(seed: number, floor: FloorOptions, formerLoadW = FORMER_LOAD_W) {
  const site = simulate(seed, floor, formerLoadW);
  site.run(14 * DAY_MS + 6 * HOUR_MS, MINUTE_MS);
  site.accept();
  return site;
}

/** How often it was strong, each episode once. */
export function strongAlarms(findings: readonly FindingRecord[]): number {
  return new Set(findings.filter(({ strength }) => strength === "strong").map(({ key }) => key)).size;
}
