import { localSpan, MINUTE_MS } from "../local-time.ts";
import { isUpdateDue, type OpenFinding, type Rule, type RuleContext } from "./rule.ts";
import { opening, tell } from "./tell.ts";

/** A meter. */
export interface MeterSubject {
  readonly device: string;
}

/** What shows whether the meter still measures the site. */
export type MeterObservation =
  /** Total power, what the accepted baseline expects at that hour and the half-width of its band. Watts. */
  | {
      readonly type: "power";
      readonly utcMs: number;
      readonly channel: number;
      readonly watts: number;
      readonly midW: number;
      readonly bandW: number;
    }
  /** A voltage as a share of its nominal value. */
  | { readonly type: "voltage"; readonly utcMs: number; readonly channel: number; readonly share: number }
  /** The independent mains contact: present, absent, or nobody looks. */
  | { readonly type: "mains"; readonly utcMs: number; readonly isPresent: boolean | null }
  /** Its feeder was cut by order: there is nothing to bypass. */
  | { readonly type: "cut"; readonly utcMs: number };

type Sign = "standby-gone" | "no-voltage" | "phase-lost";

/** One meter. */
export interface BypassState {
  /** The last voltage of each phase, as a share of nominal. */
  phases: { readonly channel: number; readonly share: number; readonly wasLive: boolean }[];
  isMainsPresent: boolean | null;
  lastMs: number | null;
  /** Signs that are being watched or are open. */
  signs: {
    readonly sign: Sign;
    readonly channel: number;
    readonly sinceMs: number;
    measured: number;
    expected: number;
    open: OpenFinding | null;
  }[];
}

const RULE = { id: "bypass", version: 2 } as const;
const LIVE_SHARE = 0.7;
const DEAD_SHARE = 0.2;
const HOLD_MS: Readonly<Record<Sign, number>> = {
  "standby-gone": 30 * MINUTE_MS,
  "no-voltage": 10 * MINUTE_MS,
  "phase-lost": 10 * MINUTE_MS,
};
/** The standby load is gone below this share of what is expected; below a baseline of so few watts nobody can tell. */
const GONE_SHARE = 0.1;
const STANDBY_MIN_W = 50;
/** Two looks further apart than this do not make a stretch. */
const GAP_MAX_MS = 3 * 60 * MINUTE_MS;
const PHASES_MAX = 6;
const LLR: Readonly<Record<Sign, number>> = { "standby-gone": 9, "no-voltage": 9, "phase-lost": 3 };

/** The meter is dead, or its known standby load is gone, while something independent says that the site has power. */
export const bypass: Rule<MeterSubject, BypassState, MeterObservation> = {
  ...RULE,
  init: () => ({ phases: [], isMainsPresent: null, lastMs: null, signs: [] }),
  step(state, subject, observation, context) {
    const { utcMs } = observation;
    if (observation.type === "mains") {
      state.isMainsPresent = observation.isPresent;
      return;
    }
    if (observation.type === "cut") {
      for (const sign of state.signs)
        if (sign.open) speak(sign, sign.open, subject.device, "cleared", utcMs, context);
      state.signs = [];
      return;
    }
    // A stretch nobody looked at proves nothing.
    if (state.lastMs !== null && (utcMs < state.lastMs || utcMs - state.lastMs > GAP_MAX_MS))
      state.signs = state.signs.filter(({ open }) => open !== null);
    state.lastMs = utcMs;
    if (observation.type === "power") lookAtStandby(state, subject, observation, context);
    else lookAtPhases(state, subject, observation, context);
  },
};

function lookAtStandby(
  state: BypassState,
  subject: MeterSubject,
  { utcMs, channel, watts, midW, bandW }: Extract<MeterObservation, { type: "power" }>,
  context: RuleContext,
): void {
  const isPowered = state.phases.length > 0 ? state.phases.some(isLive) : state.isMainsPresent === true;
  const isGone = midW >= STANDBY_MIN_W && watts < GONE_SHARE * midW && watts < midW - bandW;
  const seen = { channel, utcMs, measured: watts, expected: midW };
  watch(state, subject, { sign: "standby-gone", isOn: isGone && isPowered, ...seen }, context);
}

function lookAtPhases(
  state: BypassState,
  subject: MeterSubject,
  { utcMs, channel, share }: Extract<MeterObservation, { type: "voltage" }>,
  context: RuleContext,
): void {
  const before = state.phases.find((phase) => phase.channel === channel);
  const phase = { channel, share, wasLive: share > LIVE_SHARE || (before?.wasLive ?? false) };
  state.phases = [...state.phases.filter((other) => other !== before), phase].slice(-PHASES_MAX);
  const isOthersLive = state.phases.some((other) => other.channel !== channel && isLive(other));
  const isLost = phase.wasLive && !isLive(phase) && isOthersLive;
  const seen = { channel, utcMs, measured: 100 * share, expected: 100 };
  watch(state, subject, { sign: "phase-lost", isOn: isLost, ...seen }, context);
  const isDead = state.phases.every((other) => other.share < DEAD_SHARE && other.wasLive);
  const [first = phase] = state.phases;
  watch(
    state,
    subject,
    { sign: "no-voltage", isOn: isDead && state.isMainsPresent === true, ...seen, channel: first.channel },
    context,
  );
}

function isLive({ share }: { share: number }): boolean {
  return share > LIVE_SHARE;
}

interface Seen {
  readonly sign: Sign;
  readonly isOn: boolean;
  readonly channel: number;
  readonly utcMs: number;
  readonly measured: number;
  readonly expected: number;
}

function watch(
  state: BypassState,
  { device }: MeterSubject,
  { sign, isOn, channel, utcMs, measured, expected }: Seen,
  context: RuleContext,
): void {
  // Without a voltage the phases tell nothing apart: one sign a meter, and one a phase that is lost.
  const isSame = (other: { sign: Sign; channel: number }): boolean =>
    other.sign === sign && (sign !== "phase-lost" || other.channel === channel);
  const held = state.signs.find(isSame);
  if (!isOn) {
    if (held?.open) speak(held, held.open, device, "cleared", utcMs, context);
    state.signs = state.signs.filter((other) => other !== held);
    return;
  }
  if (!held) {
    state.signs.push({ sign, channel, sinceMs: utcMs, measured, expected, open: null });
    return;
  }
  held.measured = measured;
  held.expected = expected;
  if (!held.open && utcMs - held.sinceMs >= HOLD_MS[sign]) {
    held.open = opening(held.channel, device, utcMs, context);
    speak(held, held.open, device, "opened", utcMs, context);
  } else if (held.open && isUpdateDue(held.open, utcMs)) {
    speak(held, held.open, device, "updated", utcMs, context);
  }
}

function speak(
  { sign, channel, sinceMs, measured, expected }: BypassState["signs"][number],
  open: OpenFinding,
  device: string,
  phase: "opened" | "updated" | "cleared",
  atMs: number,
  context: RuleContext,
): void {
  const span = localSpan(sinceMs, atMs, context.site.utcOffsetMin);
  const kw = (watts: number): string => (watts / 1_000).toFixed(2);
  const percent = Math.round(measured);
  const words = {
    "standby-gone": {
      zh: `${device} ${span} 仅 ${kw(measured)} kW，已知待机负荷 ${kw(expected)} kW 消失而线路有电，疑似绕越计量`,
      en: `${device}: ${kw(measured)} kW ${span} where a standby load of ${kw(expected)} kW is known, with the supply live: perhaps bypassed`,
    },
    "no-voltage": {
      zh: `${device} ${span} 无电压（额定的 ${percent}%），而市电触点闭合，疑似绕越计量`,
      en: `${device}: no voltage ${span} (${percent} % of nominal) while the mains contact is closed: perhaps bypassed`,
    },
    "phase-lost": {
      zh: `${device} ${span} 一相失压（额定的 ${percent}%）`,
      en: `${device}: one phase lost ${span} (${percent} % of nominal)`,
    },
  }[sign];
  tell(
    open,
    {
      rule: RULE,
      phase,
      atMs,
      evidence: "tampering",
      strength: sign === "phase-lost" ? "weak" : "strong",
      device,
      subject: `${device}/${sign}${sign === "phase-lost" ? channel : ""}`,
      window: { fromMs: sinceMs, toMs: atMs },
      measured,
      expected,
      unit: sign === "standby-gone" ? "W" : "%",
      llr: LLR[sign],
      text: words,
    },
    context,
  );
}
