import { DAY_HOURS, type EnergyDay, NIGHT_HOURS, nightBeganMs } from "../energy-day.ts";
import { localSpan, MINUTE_MS } from "../local-time.ts";
import { isUpdateDue, type OpenFinding, type Rule, type RuleContext } from "./rule.ts";
import type { PowerSubject } from "./subject.ts";
import { hasSettled, opening, tell } from "./tell.ts";

/** One power channel: what is open, and the last day whose night was. */
export interface NightRatioState {
  lastDay: number | null;
  open: OpenNight | null;
}

interface OpenNight extends OpenFinding {
  readonly day: number;
  readonly fromMs: number;
  toMs: number;
  nightKwh: number;
  readonly dayKwh: number;
  strength: "weak" | "strong";
}

/** The day so far, and when it was looked at. */
export interface NightObservation {
  readonly day: EnergyDay;
  /** When the last mean of it ended, and how long that was. */
  readonly toMs: number;
}

const RULE = { id: "night-ratio", version: 1 } as const;
const DAY_HOURS_MIN = 12;
/** A ratio of little is nothing: a night must take as much as this, on average, in eight hours. */
const FLOOR_W = 500;
/** Twice the floor, two nights running: lamps and heaters are below, and weather is no night's. */
const STRONG_FLOORS = 2;
const LLR = { weak: 5, strong: 8.2 } as const;

/**
 * The night (22:00–06:00) took more than one and a half times the energy of the whole day before it (Zhuzhou). A site that is
 * shut draws more by night for its lamps, but a day is twice as long: with an even floor the ratio is 0.5, with 260 W of
 * lamps on 400 W it is 0.8. The ratio means nothing near zero, hence a floor of 5 % of the former load over the night; no
 * baseline is needed. Strong on the second night running, at twice the floor.
 */
export const nightRatio: Rule<PowerSubject, NightRatioState, NightObservation> = {
  ...RULE,
  init: () => ({ lastDay: null, open: null }),
  step(state, subject, { day, toMs }, context) {
    const { open } = state;
    if (open && open.day !== day.index) {
      speak(open, subject, "cleared", Math.max(toMs, open.toMs), context);
      state.lastDay = open.day;
      state.open = null;
    }
    const measuredHours = day.hours - day.nightHours;
    if (day.nightHours === 0 || measuredHours < DAY_HOURS_MIN) return;
    const dayWh = ((day.wh - day.nightWh) * DAY_HOURS) / measuredHours;
    const { thresholds, site } = context;
    const floorWh = NIGHT_HOURS * Math.max(FLOOR_W, thresholds.nightRatioFloorShare * site.formerLoadW);
    if (day.nightWh < floorWh || day.nightWh < thresholds.nightRatio * dayWh) return;
    const isStrong = day.nightWh >= STRONG_FLOORS * floorWh && state.lastDay === day.index - 1;
    if (state.open) {
      follow(state.open, subject, { day, toMs, isStrong }, context);
    } else {
      const begun = opening(subject.id, subject.device, toMs, context);
      const night = {
        fromMs: nightBeganMs(day, site.utcOffsetMin * MINUTE_MS),
        toMs,
        nightKwh: day.nightWh / 1_000,
      };
      const strength = isStrong ? "strong" : "weak";
      state.open = { ...begun, ...night, day: day.index, dayKwh: dayWh / 1_000, strength };
      speak(state.open, subject, "opened", toMs, context);
    }
  },
};

function follow(
  open: OpenNight,
  subject: PowerSubject,
  { day, toMs, isStrong }: NightObservation & { isStrong: boolean },
  context: RuleContext,
): void {
  open.toMs = toMs;
  open.nightKwh = day.nightWh / 1_000;
  const isStronger = isStrong && open.strength === "weak";
  if (isStronger) open.strength = "strong";
  if (isStronger || hasSettled(open, subject.device, toMs, context) || isUpdateDue(open, toMs))
    speak(open, subject, "updated", toMs, context);
}

function speak(
  open: OpenNight,
  { device }: PowerSubject,
  phase: "opened" | "updated" | "cleared",
  atMs: number,
  context: RuleContext,
): void {
  const span = localSpan(open.fromMs, open.toMs, context.site.utcOffsetMin);
  const [night, day] = [open.nightKwh, open.dayKwh].map((kwh) => kwh.toFixed(1));
  const ratio = open.dayKwh > 0 ? (open.nightKwh / open.dayKwh).toFixed(1) : "∞";
  const running =
    open.strength === "strong" ? { zh: "，连续两夜", en: ", two nights running" } : { zh: "", en: "" };
  tell(
    open,
    {
      rule: RULE,
      phase,
      atMs,
      evidence: "power",
      strength: open.strength,
      device,
      window: { fromMs: open.fromMs, toMs: open.toMs },
      measured: open.nightKwh,
      expected: context.thresholds.nightRatio * open.dayKwh,
      unit: "kWh",
      llr: LLR[open.strength],
      text: {
        zh: `夜间 ${span} 用电 ${night} kWh，为白天 ${day} kWh 的 ${ratio} 倍${running.zh}`,
        en: `night ${span}: ${night} kWh, ${ratio} times the ${day} kWh of the day before${running.en}`,
      },
    },
    context,
  );
}
