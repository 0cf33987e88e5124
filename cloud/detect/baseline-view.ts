import { type Baseline, bandW, baselineOf } from "./baseline/accepted-baseline.ts";
import { lagOf } from "./baseline/learning.ts";
import { lowerMedian } from "./baseline/order-statistic.ts";
import type { GatewayState } from "./gateway-state.ts";
import { isProvenDead } from "./rules/cut-feeder.ts";

/** One channel's baseline as a chart and a person need it, in the channel's own unit. */
export interface BaselineView {
  readonly channel: number;
  /** Learning, ready to be accepted by a person, or accepted. */
  readonly status: "learning" | "ready" | "accepted";
  readonly days: number;
  /** Local hours 0–23: the middle and the normal band. Empty before the first hour was learned. */
  readonly hours: { mid: number; low: number; high: number }[];
  /** Deviation of all that varies, in an ordinary hour. */
  readonly sigma: number;
  /** Correlation of two values a minute apart, or one sampling interval if that is longer. */
  readonly rho: number;
}

/** The baselines of a gateway's power channels. */
export function viewBaselines({ power }: GatewayState): BaselineView[] {
  return power
    .filter(({ subject }) => subject.id > 0)
    .map(({ subject, state }) => {
      const learned = state.learning && baselineOf(state.learning, lagOf(subject.intervalMs));
      const baseline: Baseline | null = state.accepted ?? learned;
      const status = state.accepted ? "accepted" : state.ready ? "ready" : "learning";
      if (!baseline) return { channel: subject.id, status, days: 0, hours: [], sigma: 0, rho: 0 };
      const inUnit = (watts: number): number => watts / subject.unitW;
      return {
        channel: subject.id,
        status,
        days: baseline.days,
        hours: baseline.mid.map((mid, hour) => {
          const half = bandW(baseline, baseline.within[hour] ?? 0);
          return { mid: inUnit(mid), low: inUnit(mid - half), high: inUnit(mid + half) };
        }),
        sigma: inUnit(bandW(baseline, lowerMedian(baseline.within)) / 3),
        rho: baseline.rho,
      };
    });
}

/** True when nothing is left to learn: all power channels are accepted or dead as declared, or there are none. */
export function isLearned(gateway: GatewayState): boolean {
  return gateway.power.every(
    ({ subject: { id }, state: { accepted } }) => id <= 0 || accepted || isOnDeadFeeder(gateway, id),
  );
}

/** True for a channel whose feeder is proven dead as declared: there is nothing to learn of it. */
export function isOnDeadFeeder({ power, feeders }: GatewayState, channel: number): boolean {
  const feeder = power.find(({ subject }) => subject.id === channel)?.subject.feeder;
  return feeders.some((held) => held.feeder === feeder && isProvenDead(held.state));
}
