import { seededRandom } from "@sealwatch/platform";
import { describe, expect, it } from "vitest";
import { bankAlarm, bankThreshold, initialStepBank, type StepBankPlan, stepBank } from "./step-bank.ts";

const MINUTE_MS = 60_000;
const SIGMA = 100;
const WANDER = 80;
const NOISE = {
  fastTauMs: 10 * MINUTE_MS,
  fastExtraSigma: 0,
  wanderSigma: WANDER,
  wanderTauMs: 720 * MINUTE_MS,
};

/** Noise exactly as the filter believes it to be, a value a minute. */
function noise(seed: number): () => number {
  const random = seededRandom(seed, "bank");
  let [fast, wander] = [random.normal(), random.normal()];
  const [keepFast, keepWander] = [Math.exp(-1 / 10), Math.exp(-1 / 720)];
  return () => {
    fast = keepFast * fast + Math.sqrt(1 - keepFast ** 2) * random.normal();
    wander = keepWander * wander + Math.sqrt(1 - keepWander ** 2) * random.normal();
    return SIGMA * fast + WANDER * wander;
  };
}

function planFor(steps: number): StepBankPlan {
  return {
    stepMs: MINUTE_MS,
    noise: NOISE,
    innovationFloor: 1,
    habitual: 0,
    sizes: [100, 200, 400, 800],
    weak: bankThreshold(4, steps, 0),
    strong: bankThreshold(4, steps, 0),
  };
}

/** The first alarm of a run to which `size` is added after a warm-up; in values after the step. */
function delay(seed: number, plan: StepBankPlan, size: number, values: number): number {
  const next = noise(seed);
  const bank = initialStepBank();
  for (let index = -1_000; index < values; index++) {
    const excess = next() + (index >= 0 ? size : 0);
    stepBank(bank, plan, {
      fromMs: index * MINUTE_MS,
      toMs: (index + 1) * MINUTE_MS,
      excess,
      mid: 0,
      sigma: SIGMA,
    });
    if (index >= 0 && bankAlarm(bank, plan, 0)) return index + 1;
  }
  return Infinity;
}

/** What a CUSUM needs that knows the size and the noise, at the same bound; one lane, the same filter. */
function clairvoyantDelay(seed: number, plan: StepBankPlan, size: number, values: number): number {
  const known = { ...plan, sizes: [size], weak: plan.weak - Math.log(4), strong: plan.strong - Math.log(4) };
  return delay(seed, known, size, values);
}

describe("a bank of steps", () => {
  it("gives no more false alarms than the bound promises, when the noise is as believed", () => {
    const steps = 5_000;
    const plan = planFor(steps);
    let alarms = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const next = noise(seed);
      const bank = initialStepBank();
      for (let index = 0; index < steps; index++) {
        stepBank(bank, plan, {
          fromMs: index * MINUTE_MS,
          toMs: (index + 1) * MINUTE_MS,
          excess: next(),
          mid: 0,
          sigma: SIGMA,
        });
        if (!bankAlarm(bank, plan, 0)) continue;
        alarms += 1;
        for (const lane of bank.lanes) lane.s = 0;
      }
    }
    expect(alarms).toBeLessThanOrEqual(40);
  });

  it.each([150, 300, 600])(
    "finds a step of %i W within twice the clairvoyant's delay, and one value",
    (size) => {
      const plan = planFor(525_960 * 10);
      const runs = Array.from({ length: 40 }, (_, seed) => ({
        bank: delay(seed, plan, size, 3_000),
        best: clairvoyantDelay(seed, plan, size, 3_000),
      }));
      const median = (values: number[]): number => values.sort((a, b) => a - b)[20] ?? Infinity;
      const best = median(runs.map((run) => run.best));
      expect(median(runs.map((run) => run.bank))).toBeLessThanOrEqual(2 * best + 1);
    },
  );

  it("takes two values to be strong, however large the first", () => {
    const plan = planFor(525_960 * 10);
    const bank = initialStepBank();
    const value = (index: number, excess: number) =>
      stepBank(bank, plan, {
        fromMs: index * MINUTE_MS,
        toMs: (index + 1) * MINUTE_MS,
        excess,
        mid: 0,
        sigma: SIGMA,
      });
    for (let index = 0; index < 100; index++) value(index, 0);
    value(100, 1e6);
    expect(bankAlarm(bank, plan, 0)).toBeNull();
    value(101, 1e6);
    expect(bankAlarm(bank, plan, 0)?.strength).toBe("strong");
  });

  it("forgets a fall: coming back from a dip is no step above the baseline by much", () => {
    const plan = planFor(525_960);
    const bank = initialStepBank();
    for (let index = 0; index < 3_000; index++) {
      const excess = index > 1_000 && index < 1_200 ? -600 : 0;
      stepBank(bank, plan, {
        fromMs: index * MINUTE_MS,
        toMs: (index + 1) * MINUTE_MS,
        excess,
        mid: 0,
        sigma: SIGMA,
      });
      expect(bankAlarm(bank, plan, 150)).toBeNull();
    }
  });
});
