import { poissonUpper95, quantile } from "./scores.ts";

/** How one scenario went: seconds of event time from the restart; null is never. */
export interface ScenarioScore {
  readonly detected: number;
  readonly total: number;
  readonly delayMedianS: number | null;
  readonly delayP95S: number | null;
}

/** False alerts, and how long was watched. */
export interface FalseAlarmRate {
  readonly rate: number;
  readonly upper95: number;
  readonly siteYears: number;
  readonly alarms: number;
}

/** What one detector reached. */
export interface DetectorScore {
  readonly scenarios: Record<string, ScenarioScore>;
  readonly falseOrangeRedPerSiteYear: FalseAlarmRate & {
    readonly red: number;
    readonly bySampling: Record<string, FalseAlarmRate>;
    readonly byScenario: Record<string, FalseAlarmRate>;
  };
  /** Medians by level of former load, and the worst of them; null: one of the two never saw it. */
  readonly delayRatioToClairvoyant: {
    readonly byLevel: Record<string, number | null>;
    readonly worst: number | null;
  };
  /** Held-out over nominal false alarms in the worst fold. */
  readonly calibrationError: number;
}

/** Delays in milliseconds, a miss +∞; later than `horizonMs` is a miss. */
export function scenarioScore(delays: readonly number[], horizonMs: number): ScenarioScore {
  const within = delays.map((delay) => (delay <= horizonMs ? delay : Number.POSITIVE_INFINITY));
  return {
    detected: within.filter(Number.isFinite).length,
    total: within.length,
    delayMedianS: seconds(quantile(within, 0.5)),
    delayP95S: seconds(quantile(within, 0.95)),
  };
}

/** A rate with its exact Poisson bound. */
export function falseAlarmRate(alarms: number, siteYears: number): FalseAlarmRate {
  const round = (value: number) => Math.round(value * 1_000) / 1_000;
  return {
    rate: siteYears > 0 ? round(alarms / siteYears) : 0,
    upper95: siteYears > 0 ? round(poissonUpper95(alarms) / siteYears) : 0,
    siteYears: round(siteYears),
    alarms,
  };
}

function seconds(delayMs: number): number | null {
  return Number.isFinite(delayMs) ? Math.round(delayMs / 100) / 10 : null;
}
