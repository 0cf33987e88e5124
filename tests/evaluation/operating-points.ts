import { alarmDays } from "./calibration.ts";
import { type Evaluation, OPERATING_RATES, thresholdsAt, yearsOf } from "./evaluate.ts";
import { atRate } from "./peer-bank.ts";

const HORIZON_MS = 86_400_000;

/** False alarms a site-year and detection rate of a peer, by the rate it was calibrated to. */
export function operatingPoints(
  { quiet, restarts, thresholds }: Evaluation,
  peer: string,
  scenario: string,
): (readonly [rate: number, share: number])[] {
  const metered = quiet.filter(({ maxima }) => maxima.has(peer));
  const years = yearsOf(metered);
  const runs = restarts.filter((run) => run.scenario === scenario);
  return OPERATING_RATES.map((nominal) => {
    const name = atRate(peer, nominal);
    const alarms = metered.reduce((sum, run) => {
      const threshold = thresholdsAt(thresholds, run).get(name) ?? Number.POSITIVE_INFINITY;
      return sum + alarmDays(run.maxima.get(peer) ?? [], threshold);
    }, 0);
    const found = runs.filter(({ peerDelays }) => (peerDelays.get(name) ?? HORIZON_MS + 1) <= HORIZON_MS);
    return [alarms / years, found.length / Math.max(1, runs.length)] as const;
  });
}
