import { dayBeganMs, type EnergyBook, type EnergyDay, medianDayW } from "../energy-day.ts";
import { localTime, MINUTE_MS } from "../local-time.ts";
import { isUpdateDue, type OpenFinding, type Rule, type RuleContext } from "./rule.ts";
import type { PowerSubject } from "./subject.ts";
import { hasSettled, opening, tell } from "./tell.ts";

/** One power channel: the surge that is open. */
export interface DaySurgeState {
  open: OpenSurge | null;
}

interface OpenSurge extends OpenFinding {
  day: number;
  readonly fromMs: number;
  toMs: number;
  kwh: number;
  readonly usualKwh: number;
}

/** The day so far with those before it, and when the last mean of it ended. */
export interface SurgeObservation {
  readonly book: EnergyBook;
  readonly day: EnergyDay;
  readonly toMs: number;
}

const RULE = { id: "day-surge", version: 1 } as const;
const HOURS = 24;
/** A surge of less than this, on average over the day, is a heater. */
const FLOOR_W = 500;
/** A later day whose first hours go by without it ends it. */
const CALM_HOURS = 6;
const LLR = 5;

/**
 * A day that takes twice the median of the fortnight before it (短期内用电量激增), and 2 % of the former load more on average. The
 * first cold day does that too where heaters are large, hence the floor, and never more than weak: a fortnight that follows by
 * itself is no sealed baseline. A restart is told by other rules within minutes; this one says in kilowatt-hours what a grid
 * company's list would. With fewer than seven whole days before it nothing is said.
 */
export const daySurge: Rule<PowerSubject, DaySurgeState, SurgeObservation> = {
  ...RULE,
  init: () => ({ open: null }),
  step(state, subject, { book, day, toMs }, context) {
    const { open } = state;
    const usualW = open ? (1_000 * open.usualKwh) / HOURS : medianDayW(book);
    if (usualW === null) return;
    const { thresholds, site } = context;
    const floorW = Math.max(FLOOR_W, thresholds.surgeFloorShare * site.formerLoadW);
    const limitW = Math.max(thresholds.surgeFactor * usualW, usualW + floorW);
    const kwh = day.wh / 1_000;
    if (day.wh > HOURS * limitW) {
      if (!open) {
        const begun = opening(subject.id, subject.device, toMs, context);
        const fromMs = dayBeganMs(day, site.utcOffsetMin * MINUTE_MS);
        state.open = { ...begun, day: day.index, fromMs, toMs, kwh, usualKwh: (HOURS * usualW) / 1_000 };
        speak(state.open, subject, "opened", toMs, context);
        return;
      }
      Object.assign(open, { toMs, kwh, day: day.index });
      if (hasSettled(open, subject.device, toMs, context) || isUpdateDue(open, toMs))
        speak(open, subject, "updated", toMs, context);
    } else if (open && day.index !== open.day && day.hours >= CALM_HOURS && day.wh <= day.hours * limitW) {
      speak(open, subject, "cleared", toMs, context);
      state.open = null;
    }
  },
};

function speak(
  open: OpenSurge,
  { device }: PowerSubject,
  phase: "opened" | "updated" | "cleared",
  atMs: number,
  context: RuleContext,
): void {
  const dayMs = dayBeganMs({ index: open.day }, context.site.utcOffsetMin * MINUTE_MS);
  const day = localTime(dayMs, context.site.utcOffsetMin, true).slice(0, 5);
  const until = localTime(open.toMs, context.site.utcOffsetMin);
  const [kwh, usual] = [open.kwh, open.usualKwh].map((each) => each.toFixed(0));
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
      measured: open.kwh,
      expected: open.usualKwh,
      unit: "kWh",
      llr: LLR,
      text: {
        zh: `${day} 06:00 至 ${until} 用电 ${kwh} kWh，此前两周日用电中位数 ${usual} kWh`,
        en: `${kwh} kWh from 06:00 of ${day} to ${until}, the median day of the fortnight before took ${usual} kWh`,
      },
    },
    context,
  );
}
