import { dayBeganMs, daysOf, medianOfDays } from "../energy-day.ts";
import { DAY_MS, localTime, MINUTE_MS } from "../local-time.ts";
import type { OpenFinding, RuleContext } from "./rule.ts";
import type { PowerSubject } from "./subject.ts";
import { opening, tell } from "./tell.ts";

/** One feeder of several: the shift that is open. */
export interface FeederShareState {
  open: OpenShift | null;
}

interface OpenShift extends OpenFinding {
  readonly fromMs: number;
  toMs: number;
  percent: number;
  usualPercent: number;
}

/** A feeder with the days that were kept of it, all of them up to the same day. */
export interface FeederDays {
  readonly subject: PowerSubject;
  readonly history: string;
  readonly state: FeederShareState;
}

const RULE = { id: "feeder-share", version: 1 } as const;
/** The feeder that carries all others, by its customary name: it is the whole, not a part. */
const WHOLE = "incomer";
/** A share of nothing means nothing: the feeder must have risen by this, on average over the day. */
const FLOOR_W = 300;
const FLOOR_SHARE = 0.005;
const LLR = 4;

/**
 * A feeder's share of the site's energy of a day is 3 points above its median of the fortnight before (a process feeder went from
 * 9.7 to 13 % in a stop that was only declared: Hebei mines, 2025). What changes the whole site, weather above all, changes shares
 * little. A feeder that falls raises the others' shares, so its own energy must have risen too. Weak always: the median follows
 * by itself, and a day is slow. Judged once all feeders have told the day; a day that one of them lacks is not.
 */
export function judgeFeederShares(feeders: readonly FeederDays[], day: number, context: RuleContext): void {
  const watts = feeders.map(({ history }) => daysOf(history));
  const wholeIndex = feeders.findIndex(({ subject }) => subject.feeder === WHOLE);
  for (const [index, feeder] of feeders.entries()) {
    if (index === wholeIndex) continue;
    const own = watts[index] ?? [];
    const shares = own.map((ownW, back) => {
      const all = wholeIndex < 0 ? watts : watts.slice(wholeIndex, wholeIndex + 1);
      return percentOf(
        ownW,
        all.map((each) => each[back] ?? null),
      );
    });
    const [percent = null, ...before] = shares;
    const usualPercent = medianOfDays(before);
    const usualW = medianOfDays(own.slice(1));
    if (percent === null || usualPercent === null || usualW === null) continue;
    const risenW = (own[0] ?? 0) - usualW;
    const isShifted =
      percent - usualPercent > context.thresholds.feederSharePoints &&
      risenW >= Math.max(FLOOR_W, FLOOR_SHARE * context.site.formerLoadW);
    follow(feeder, { percent, usualPercent, isShifted, day }, context);
  }
}

/** null where a part of the whole is not known, or the whole is nothing. */
function percentOf(ownW: number | null, all: readonly (number | null)[]): number | null {
  const known = all.filter((watts) => watts !== null);
  const total = known.reduce((sum, watts) => sum + watts, 0);
  return ownW === null || known.length < all.length || total <= 0 ? null : (100 * ownW) / total;
}

interface Judged {
  readonly percent: number;
  readonly usualPercent: number;
  readonly isShifted: boolean;
  readonly day: number;
}

function follow(
  { subject, state }: FeederDays,
  { percent, usualPercent, isShifted, day }: Judged,
  context: RuleContext,
): void {
  const fromMs = dayBeganMs({ index: day }, context.site.utcOffsetMin * MINUTE_MS);
  const toMs = fromMs + DAY_MS;
  const { open } = state;
  if (open && !isShifted) {
    speak(open, subject, "cleared", toMs, context);
    state.open = null;
  } else if (open) {
    Object.assign(open, { toMs, percent, usualPercent });
    speak(open, subject, "updated", toMs, context);
  } else if (isShifted) {
    const begun = opening(subject.id, subject.device, toMs, context);
    state.open = { ...begun, fromMs, toMs, percent, usualPercent };
    speak(state.open, subject, "opened", toMs, context);
  }
}

function speak(
  open: OpenShift,
  { device, feeder }: PowerSubject,
  phase: "opened" | "updated" | "cleared",
  atMs: number,
  context: RuleContext,
): void {
  const day = localTime(open.toMs - DAY_MS, context.site.utcOffsetMin, true).slice(0, 5);
  const [now, usual] = [open.percent, open.usualPercent].map((each) => each.toFixed(1));
  const name = feeder ?? device;
  tell(
    open,
    {
      rule: RULE,
      phase,
      atMs,
      evidence: "power",
      strength: "weak",
      device,
      window: { fromMs: open.fromMs, toMs: open.toMs },
      measured: open.percent,
      expected: open.usualPercent,
      unit: "%",
      llr: LLR,
      text: {
        zh: `${day} ${name} 回路占全厂用电 ${now}%，此前两周中位数 ${usual}%`,
        en: `feeder ${name} took ${now} % of the site's energy on ${day}, the median of the fortnight before is ${usual} %`,
      },
    },
    context,
  );
}
