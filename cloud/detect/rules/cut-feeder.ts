import type { Sentence } from "../finding.ts";
import { DAY_MS, localSpan, localTime, MINUTE_MS } from "../local-time.ts";
import { isUpdateDue, type OpenFinding, type Rule, type RuleContext } from "./rule.ts";
import { opening, tell } from "./tell.ts";

/** A feeder that the site's configuration declares cut. */
export interface CutFeederSubject {
  readonly feeder: string;
}

/** What was seen on the feeder. `value` is volts, amperes, watts or kilowatt-hours; of a mains contact 1 present, 0 absent, null unwatched. */
export interface FeederObservation {
  readonly type: "voltage" | "current" | "power" | "energy" | "mains";
  readonly utcMs: number;
  readonly channel: number;
  readonly device: string;
  readonly value: number | null;
  /** Volts of a live conductor, for voltages; one count of the register, for energy. */
  readonly scale: number;
}

/** One feeder that should be dead. Lists are bounded by the feeder's channels. */
export interface CutFeederState {
  /** Channels that see the feeder live, each since when. */
  live: { channel: number; readonly sinceMs: number }[];
  /** Channels that saw a load once, and when; later again is a load. */
  loaded: { readonly channel: number; readonly atMs: number }[];
  /** When a load was last seen to come, stay or go: dead begins later. */
  loadSeenMs: number | null;
  energy: { readonly channel: number; readonly atMs: number; readonly kwh: number }[];
  /** Since when everything seen of it is dead, and when that was last seen. */
  deadSinceMs: number | null;
  deadSeenMs: number | null;
  /** Since when it is proven dead; null: not proven. */
  provenMs: number | null;
  /** A mains contact of its own says absent, and is being watched. */
  mainsAbsent: boolean;
  open: OpenCut | null;
}

interface OpenCut extends OpenFinding {
  /** never: it was never dead since it was declared cut; live: voltage is back; load: load where it was proven dead. */
  kind: "never" | "live" | "load";
  what: FeederObservation["type"];
  readonly device: string;
  toMs: number;
  peak: number;
}

const RULE = { id: "cut-feeder", version: 2 } as const;
/** Floating conductors show tens of volts: live is above a share of nominal (a threshold), for so long. */
const LIVE_MS = MINUTE_MS;
/** Dead for so long is proof; after it was found live, an outage of the grid must not pass for a cut. */
const DEAD_MS = 10 * MINUTE_MS;
const DEAD_AFTER_LIVE_MS = DAY_MS;
/** Between two proofs at most so much time: a stretch nobody looked at proves nothing. */
const DEAD_GAP_MAX_MS = 3 * 60 * MINUTE_MS;
const CLEAR_MS = 30 * MINUTE_MS;
const CURRENT_FLOOR_A = 0.5;
const POWER_FLOOR_W = 100;
/** More energy between two readings than this is another meter or a broken register. */
const KWH_JUMP_MAX = 100_000;
const CHANNELS_MAX = 16;
const LLR = { never: 12, live: 16, load: 25 } as const;

/** Energy or voltage on a feeder declared cut. Load where it was proven dead is proof by itself (invariant 8). */
export const cutFeeder: Rule<CutFeederSubject, CutFeederState, FeederObservation> = {
  ...RULE,
  init: () => ({
    live: [],
    loaded: [],
    loadSeenMs: null,
    energy: [],
    deadSinceMs: null,
    deadSeenMs: null,
    provenMs: null,
    mainsAbsent: false,
    open: null,
  }),
  step(state, subject, observation, context) {
    const { type, value, channel, utcMs } = observation;
    if (type === "mains") state.mainsAbsent = value === 0;
    if (value === null) {
      state.live = state.live.filter((live) => live.channel !== channel);
      return;
    }
    if (isLoad(state, observation)) return alarm(state, subject, observation, "load", context);
    if (type === "voltage" || type === "mains") {
      const isLive =
        type === "mains" ? value === 1 : value > context.thresholds.liveVoltageShare * observation.scale;
      if (isLive) return seeLive(state, subject, observation, context);
      state.live = state.live.filter((live) => live.channel !== channel);
      seeDead(state, subject, utcMs, context);
    }
  },
};

/** Ends what is open: the feeder was connected again with approval. */
export function restoreFeeder(
  { open }: CutFeederState,
  subject: CutFeederSubject,
  utcMs: number,
  context: RuleContext,
): void {
  if (open) speak(open, subject, "restored", utcMs, context);
}

/** True while the feeder is proven dead. */
export function isProvenDead({ provenMs, open }: CutFeederState): boolean {
  return provenMs !== null && open === null;
}

/** A load: current or power twice in a row, or the register counted on since the feeder was last seen dead. */
function isLoad(state: CutFeederState, { type, utcMs, channel, value, scale }: FeederObservation): boolean {
  if (value === null) return false;
  if (type === "energy") {
    const before = state.energy.find((energy) => energy.channel === channel);
    state.energy = [
      ...state.energy.filter((energy) => energy !== before),
      { channel, atMs: utcMs, kwh: value },
    ].slice(-CHANNELS_MAX);
    // What was counted before the feeder was proven dead is not counted against it.
    if (!before || (state.provenMs !== null && before.atMs < state.provenMs)) return false;
    const kwh = value - before.kwh;
    const hasCounted = kwh > scale / 2 && kwh < KWH_JUMP_MAX;
    if (hasCounted) state.loadSeenMs = utcMs;
    return hasCounted;
  }
  if (type !== "current" && type !== "power") return false;
  const isAbove = Math.abs(value) > (type === "current" ? CURRENT_FLOOR_A : POWER_FLOOR_W);
  const before = state.loaded.find((loaded) => loaded.channel === channel);
  if (isAbove || before) {
    state.loadSeenMs = utcMs;
    state.deadSinceMs = null;
  }
  if (isAbove && !before) state.loaded = [...state.loaded, { channel, atMs: utcMs }].slice(-CHANNELS_MAX);
  if (!isAbove && before) state.loaded = state.loaded.filter((loaded) => loaded !== before);
  return isAbove && before !== undefined && utcMs > before.atMs;
}

function seeLive(
  state: CutFeederState,
  subject: CutFeederSubject,
  observation: FeederObservation,
  context: RuleContext,
): void {
  const { channel, utcMs } = observation;
  state.deadSinceMs = null;
  const known = state.live.find((live) => live.channel === channel);
  if (known && utcMs >= known.sinceMs) {
    if (utcMs - known.sinceMs >= LIVE_MS) alarm(state, subject, observation, "live", context);
  } else {
    state.live = [...state.live.filter((live) => live !== known), { channel, sinceMs: utcMs }].slice(
      -CHANNELS_MAX,
    );
  }
}

function seeDead(
  state: CutFeederState,
  subject: CutFeederSubject,
  utcMs: number,
  context: RuleContext,
): void {
  const { deadSeenMs, open } = state;
  const isBroken = deadSeenMs !== null && (utcMs < deadSeenMs || utcMs - deadSeenMs > DEAD_GAP_MAX_MS);
  const hadLoad = state.loaded.length > 0 || (state.loadSeenMs !== null && utcMs <= state.loadSeenMs);
  if (state.live.length > 0 || hadLoad) state.deadSinceMs = null;
  else if (state.deadSinceMs === null || isBroken) state.deadSinceMs = utcMs;
  state.deadSeenMs = utcMs;
  if (state.deadSinceMs === null) return;
  const deadMs = utcMs - state.deadSinceMs;
  if (!open) {
    if (deadMs >= DEAD_MS) state.provenMs ??= utcMs;
  } else if (deadMs >= (open.kind === "never" ? DEAD_AFTER_LIVE_MS : CLEAR_MS)) {
    speak(open, subject, "cleared", utcMs, context);
    state.open = null;
    state.provenMs = utcMs;
  }
}

function alarm(
  state: CutFeederState,
  subject: CutFeederSubject,
  observation: FeederObservation,
  sign: "live" | "load",
  context: RuleContext,
): void {
  const { utcMs, channel, device, type } = observation;
  state.deadSinceMs = null;
  const kind = state.provenMs === null ? "never" : sign;
  const value = observation.value ?? 0;
  const { open } = state;
  if (!open) {
    const fromMs = state.live.find((live) => live.channel === channel)?.sinceMs ?? utcMs;
    state.open = {
      ...opening(channel, device, utcMs, context),
      kind,
      what: type,
      device,
      toMs: utcMs,
      peak: value,
    };
    speak(state.open, subject, "opened", utcMs, context, fromMs);
    return;
  }
  open.toMs = Math.max(open.toMs, utcMs);
  const isWorse = open.kind === "live" && kind === "load";
  if (isWorse) Object.assign(open, { kind, what: type, peak: value });
  else if (open.what === type) open.peak = Math.max(open.peak, value);
  if (isWorse || isUpdateDue(open, utcMs)) speak(open, subject, "updated", utcMs, context);
}

const ENDINGS: Readonly<Record<string, Sentence>> = {
  cleared: { zh: "，现已断电", en: "; dead again now" },
  restored: { zh: "，后登记恢复供电", en: "; since declared restored" },
};
const NO_ENDING: Sentence = { zh: "", en: "" };

const UNITS = { voltage: "V", current: "A", power: "W", energy: "kWh", mains: "" } as const;

function speak(
  open: OpenCut,
  { feeder }: CutFeederSubject,
  phase: "opened" | "updated" | "cleared" | "restored",
  atMs: number,
  context: RuleContext,
  fromMs = open.openedAtMs,
): void {
  const { kind, what, peak, device } = open;
  const ending = ENDINGS[phase] ?? NO_ENDING;
  const unit = UNITS[what];
  const digits = what === "energy" ? 1_000 : 10;
  const value = `${Math.round(digits * peak) / digits} ${unit}`;
  const at = localTime(open.openedAtMs, context.site.utcOffsetMin);
  const span = localSpan(fromMs, Math.max(fromMs, open.toMs), context.site.utcOffsetMin);
  const amount =
    what === "mains"
      ? { zh: "有电触点闭合", en: "mains contact closed" }
      : {
          zh: what === "energy" ? `电量读数 ${value} 仍在走字` : value,
          en: what === "energy" ? `register still counts, now ${value}` : value,
        };
  const words = {
    never: {
      zh: `未断电：${feeder} 回路已申报断电，${span} 仍带电（${amount.zh}）`,
      en: `not cut: feeder ${feeder} is declared cut, yet live ${span} (${amount.en})`,
    },
    live: {
      zh: `${feeder} 回路已断电，${at} 起恢复带电（${amount.zh}，应为 0）`,
      en: `feeder ${feeder} was cut and is live again since ${at} (${amount.en}, expected 0)`,
    },
    load: {
      zh: `${feeder} 回路已证实断电，${at} 起有负荷（${amount.zh}，应为 0）`,
      en: `load on feeder ${feeder}, proven dead before, since ${at} (${amount.en}, expected 0)`,
    },
  }[kind];
  tell(
    open,
    {
      rule: RULE,
      phase: phase === "restored" ? "cleared" : phase,
      atMs,
      evidence: "power",
      strength: "strong",
      conclusive: kind === "load",
      device,
      subject: feeder,
      window: { fromMs, toMs: open.toMs },
      measured: peak,
      expected: 0,
      unit,
      llr: LLR[kind],
      text: { zh: words.zh + ending.zh, en: words.en + ending.en },
    },
    context,
  );
}
