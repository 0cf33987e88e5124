import { expectedAt } from "../baseline/accepted-baseline.ts";
import { initialStepBank, type StepBank, shiftBank, stepBank } from "../sequential/step-bank.ts";
import {
  aboveHalf,
  doubt,
  type SwitchBelief,
  type SwitchedLoad,
  scaleWithout,
  unknownSwitch,
} from "../sequential/switch-belief.ts";
import { addToBin, type BinMean, emptyBin, type TimeBin } from "../sequential/time-bin.ts";
import type { LaneValue } from "../sequential/whitened-cusum.ts";
import { type HourLane, initialHourLane, stepHour } from "./hour-lane.ts";
import type { LeapState } from "./power-leap.ts";
import type { PowerPlan } from "./power-plan.ts";

/** The minute mean in the making, and what the banks of steps make of minutes and of hours. JSON. */
export interface StepSearch {
  minute: TimeBin;
  bank: StepBank;
  hours: HourLane;
}

/** Nothing seen. */
export function initialStepSearch(): StepSearch {
  return { minute: emptyBin(), bank: initialStepBank(), hours: initialHourLane() };
}

/** The bank looks at each value, or at minute means when they come faster. */
export function searchSteps(
  { bank, minute, hours }: StepSearch,
  leap: Pick<LeapState, "belief" | "mistakenW">,
  value: LaneValue,
  { intervalMs, plan }: { intervalMs: number; plan: PowerPlan },
): void {
  const { stepMs } = plan.bank;
  const expected = withSwitched(value, leap.belief, plan.switched);
  const ended: BinMean | null =
    intervalMs >= stepMs
      ? { fromMs: value.fromMs, n: 1, watts: value.watts, ...expected }
      : addToBin(minute, stepMs, { fromMs: value.fromMs, watts: value.watts, ...expected });
  if (!ended || (intervalMs < stepMs && 2 * ended.n * plan.fast.stepMs < stepMs)) return;
  const { fromMs, watts } = ended;
  const localMs = fromMs + plan.utcOffsetMs;
  if (plan.hours)
    stepHour(hours, plan.hours, plan.baseline, { localMs, utcMs: fromMs, watts, lagMs: stepMs });
  shiftBank(bank, leap.mistakenW);
  leap.mistakenW = 0;
  stepBank(bank, plan.bank, {
    fromMs,
    toMs: intervalMs >= stepMs ? value.toMs : fromMs + stepMs,
    excess: watts - ended.midW,
    mid: expectedAt(plan.baseline, localMs).midW,
    sigma: ended.sigmaW,
  });
}

/** What is expected once it is known whether the load that switches by itself is on; what is not known of it widens the noise. */
function withSwitched(
  { midW, sigmaW }: LaneValue,
  known: SwitchBelief | null,
  switched: SwitchedLoad | null,
): { midW: number; sigmaW: number } {
  if (!switched) return { midW, sigmaW };
  const belief = known ?? unknownSwitch(switched);
  return {
    midW: midW + aboveHalf(belief),
    sigmaW: Math.hypot(scaleWithout(sigmaW, switched), doubt(belief)),
  };
}
