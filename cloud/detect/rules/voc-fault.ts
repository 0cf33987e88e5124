import { HOUR_MS, localTime } from "../local-time.ts";
import type { OpenFinding, Rule, RuleContext } from "./rule.ts";
import { opening, tell } from "./tell.ts";

/** A gas sensor. */
interface GasSensor {
  readonly id: number;
  readonly device: string;
  readonly unit: string;
}

/** One gas sensor: the value it repeats, and how long it used to repeat one. */
export interface VocFaultState {
  lastMs: number | null;
  value: number;
  sinceMs: number;
  /** Changes seen, up to CHANGES_KNOWN. */
  changes: number;
  /** The longest stretch of one value that ended by itself. */
  longestMs: number;
  open: OpenFinding | null;
}

const RULE = { id: "voc-fault", version: 1 } as const;
const HOLD_MS = 6 * HOUR_MS;
const HOLD_MAX_MS = 168 * HOUR_MS;
/** Until the sensor has shown that it moves at all. */
const HOLD_UNKNOWN_MS = 72 * HOUR_MS;
const CHANGES_KNOWN = 20;
/** A sensor that counts coarsely stands still for long: so many times the longest stretch it ended by itself. */
const LONGEST_FACTOR = 4;
/** A stretch nobody looked at proves no standstill. */
const GAP_MS = 3 * HOUR_MS;

/**
 * A gas sensor that repeats one value, or says nothing and less than nothing, is stuck, saturated or dead: the air is unknown, not
 * normal. How long it may stand still is learned from itself, for clean air at a coarse resolution is one value for hours;
 * six hours at least, three days while little is known. It is no sign of a restart and corroborates none.
 */
export const vocFault: Rule<GasSensor, VocFaultState, { utcMs: number; value: number }> = {
  ...RULE,
  init: () => ({ lastMs: null, value: 0, sinceMs: 0, changes: 0, longestMs: 0, open: null }),
  step(state, subject, { utcMs, value }, context) {
    const { lastMs, open } = state;
    if (lastMs !== null && utcMs <= lastMs) return;
    state.lastMs = utcMs;
    const shown = Math.max(0, value);
    const isGap = lastMs === null || utcMs - lastMs > GAP_MS;
    if (shown === state.value && !isGap) {
      if (open || utcMs - state.sinceMs < holdMs(state)) return;
      state.open = opening(subject.id, subject.device, utcMs, context);
      speak(state, state.open, subject, "opened", utcMs, context);
      return;
    }
    if (shown !== state.value) {
      if (open) speak(state, open, subject, "cleared", utcMs, context);
      else if (!isGap) state.longestMs = Math.max(state.longestMs, utcMs - state.sinceMs);
      state.open = null;
      state.changes = Math.min(CHANGES_KNOWN, state.changes + 1);
    }
    Object.assign(state, { value: shown, sinceMs: utcMs });
  },
};

function holdMs({ changes, longestMs }: VocFaultState): number {
  if (changes < CHANGES_KNOWN) return HOLD_UNKNOWN_MS;
  return Math.min(HOLD_MAX_MS, Math.max(HOLD_MS, LONGEST_FACTOR * longestMs));
}

function speak(
  { value, sinceMs }: VocFaultState,
  open: OpenFinding,
  { device, unit }: GasSensor,
  phase: "opened" | "cleared",
  atMs: number,
  context: RuleContext,
): void {
  const since = localTime(sinceMs, context.site.utcOffsetMin, true);
  tell(
    open,
    {
      rule: RULE,
      phase,
      atMs,
      evidence: "silence",
      strength: "weak",
      device,
      window: { fromMs: sinceMs, toMs: atMs },
      measured: value,
      expected: null,
      unit,
      llr: 0,
      text: {
        zh: `${device} 气体读数自 ${since} 起一直是 ${value} ${unit}，传感器疑似卡死、饱和或失效，情况不明`,
        en: `${device}: the gas reading has been ${value} ${unit} since ${since}, perhaps stuck, saturated or dead: unknown`,
      },
    },
    context,
  );
}
