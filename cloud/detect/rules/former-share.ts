import type { AcceptedBaseline } from "../baseline/accepted-baseline.ts";
import type { EnergyBin } from "../energy-day.ts";
import { HOUR_MS, localSpan } from "../local-time.ts";
import { shortNumber } from "../short-number.ts";
import { isUpdateDue, type OpenFinding, type Rule, type RuleContext } from "./rule.ts";
import type { PowerSubject } from "./subject.ts";
import { hasSettled, opening, tell } from "./tell.ts";

/** One power channel: the mean before this one, and what is open. */
export interface FormerShareState {
  lastW: number;
  lastToMs: number | null;
  open: OpenShare | null;
}

interface OpenShare extends OpenFinding {
  readonly fromMs: number;
  toMs: number;
  n: number;
  sumW: number;
}

/** A mean, and the baseline if one was accepted. */
export interface ShareObservation extends EnergyBin {
  readonly accepted: AcceptedBaseline | null;
}

const RULE = { id: "former-share", version: 1 } as const;
/** Less is a guard room, whatever the plant drew. */
const FLOOR_W = 1_000;
/** What was accepted for every hour of the day is the site's floor, however much it is: only well above it counts. */
const FLOOR_FACTOR = 1.5;
const CALM_MS = HOUR_MS;
const LLR = 8.2;

/**
 * More than a quarter of the former load, as a mean over half an hour. A full stop means consumption down by three quarters
 * (Weifang), and the idle floors that were measured at plants that had shut stay below the other quarter, so this needs no
 * baseline: it works while one is learned, and against one that was learned while the plant ran in secret. Nothing passes
 * by being accepted, but for what it draws around the clock; while learning that was told too.
 */
export const formerShare: Rule<PowerSubject, FormerShareState, ShareObservation> = {
  ...RULE,
  init: () => ({ lastW: 0, lastToMs: null, open: null }),
  step(state, subject, bin, context) {
    const { fromMs, toMs, watts } = bin;
    const { open } = state;
    const before = state.lastToMs === fromMs ? state.lastW : 0;
    state.lastW = shortNumber(watts, 1);
    state.lastToMs = toMs;
    const limitW = context.thresholds.formerShare * context.site.formerLoadW;
    if (!(limitW > 0)) return;
    const floorW = bin.accepted ? FLOOR_FACTOR * Math.min(...bin.accepted.mid) : 0;
    const leastW = Math.max(limitW, FLOOR_W, floorW);
    // Both of the means are well up: a single one is no half an hour.
    const isHigh = (watts + before) / 2 > leastW && Math.min(watts, before) > leastW / 2;
    if (isHigh && open) {
      open.toMs = toMs;
      open.n += 1;
      open.sumW += state.lastW;
      if (hasSettled(open, subject.device, toMs, context) || isUpdateDue(open, toMs))
        speak(open, subject, "updated", toMs, context);
    } else if (isHigh) {
      const begun = opening(subject.id, subject.device, toMs, context);
      const sumW = state.lastW + before;
      state.open = { ...begun, fromMs: fromMs - (toMs - fromMs), toMs, n: 2, sumW };
      speak(state.open, subject, "opened", toMs, context);
    } else if (open && toMs - open.toMs >= CALM_MS) {
      speak(open, subject, "cleared", toMs, context);
      state.open = null;
    }
  },
};

function speak(
  open: OpenShare,
  { device }: PowerSubject,
  phase: "opened" | "updated" | "cleared",
  atMs: number,
  context: RuleContext,
): void {
  const { site, thresholds } = context;
  const meanW = open.sumW / open.n;
  const limitW = thresholds.formerShare * site.formerLoadW;
  const [kw, limitKw] = [meanW, limitW].map((watts) => (watts / 1_000).toFixed(1));
  const percent = Math.round((100 * meanW) / site.formerLoadW);
  const span = localSpan(open.fromMs, open.toMs, site.utcOffsetMin);
  tell(
    open,
    {
      rule: RULE,
      phase,
      atMs,
      evidence: "power",
      strength: "strong",
      device,
      window: { fromMs: open.fromMs, toMs: open.toMs },
      measured: meanW / 1_000,
      expected: limitW / 1_000,
      unit: "kW",
      llr: LLR,
      text: {
        zh: `${span} 平均 ${kw} kW，为关停前负荷的 ${percent}%，停产厂点应低于 ${limitKw} kW`,
        en: `${span} ${kw} kW on average, ${percent} % of the former load; a site that is shut stays below ${limitKw} kW`,
      },
    },
    context,
  );
}
