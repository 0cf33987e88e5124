import type { FindingRecord, Proof, Sentence } from "../finding.ts";
import { localSpan, localTime, MINUTE_MS } from "../local-time.ts";
import { proofOf, type Rule, type RuleContext } from "./rule.ts";

/** A device of a gateway, or a stretch of the whole journal. */
export interface SilenceSubject {
  /** null: the gateway itself, for gaps in its journal. */
  readonly device: string | null;
}

/** One device's silence. */
export interface SilenceState {
  lost: {
    openedAtMs: number;
    first: Proof;
    /** Its feeder is proven cut: it is dark, not silent. */
    isDark?: boolean;
    /** The epoch whose run of the gateway says when it is back. */
    toldIn: string;
    /** That run does not say so any more. */
    isUnsaid?: boolean;
    /** Where no rule judges any of its channels: by which it is heard. */
    channels?: number[];
    /** The list of channels has it no more: that is told by device-removed. */
    isRemoved?: boolean;
  } | null;
  /** When it last came back. */
  regainedMs: number | null;
}

/** The device fell silent, came back, is no longer configured or is again, or the journal has a hole. */
export type SilenceObservation =
  | {
      readonly type: "lost" | "regained" | "removed" | "listed" | "dark" | "lit";
      readonly utcMs: number;
      readonly isDark?: boolean;
    }
  | { readonly type: "gap"; readonly fromMs: number; readonly utcMs: number; readonly reason: string };

const REMOVED: Sentence = { zh: "（已从配置中移除）", en: " (taken off the configuration)" };

/** Nothing is known of a device, or of everything: unknown, never normal. */
export const deviceSilent: Rule<SilenceSubject, SilenceState, SilenceObservation> = {
  id: "device-silent",
  version: 4,
  init: () => ({ lost: null, regainedMs: null }),
  step(state, subject, observation, context) {
    const { utcMs } = observation;
    if (observation.type === "gap") {
      const open = { openedAtMs: Math.min(observation.fromMs, utcMs), first: context.place };
      emit(subject, open, "opened", open.openedAtMs, context);
      emit(subject, open, "cleared", utcMs, context, {
        zh: ` (${observation.reason})`,
        en: ` (${observation.reason})`,
      });
    } else if (observation.type === "lost") {
      if (state.lost) return;
      const { isDark = false } = observation;
      const { place } = context;
      state.lost = {
        openedAtMs: utcMs,
        first: place,
        toldIn: place.epoch,
        ...(isDark ? { isDark } : {}),
      };
      if (!isDark) emit(subject, state.lost, "opened", utcMs, context);
    } else if (observation.type === "dark" || observation.type === "lit") {
      explain(state, subject, observation.type === "dark", utcMs, context);
    } else if (observation.type === "removed") {
      if (!state.lost || state.lost.isRemoved) return;
      state.lost.isRemoved = true;
      if (!state.lost.isDark) emit(subject, state.lost, "cleared", utcMs, context, REMOVED);
    } else if (observation.type === "listed") {
      listAgain(state, subject, observation, context);
    } else {
      state.regainedMs = utcMs;
      if (state.lost && !state.lost.isDark && !state.lost.isRemoved)
        emit(subject, state.lost, "cleared", utcMs, context);
      state.lost = null;
    }
  },
};

/** Nobody has heard it since: it is silent until it answers. */
function listAgain(
  { lost }: SilenceState,
  subject: SilenceSubject,
  { utcMs, isDark = false }: { readonly utcMs: number; readonly isDark?: boolean },
  context: RuleContext,
): void {
  if (!lost?.isRemoved) return;
  delete lost.isRemoved;
  Object.assign(lost, { isDark, toldIn: context.place.epoch, isUnsaid: true });
  if (!isDark) openAgain(lost, subject, utcMs, context);
}

/** While the cut is proven the silence is over; when the proof ends, another begins. */
function explain(
  { lost }: SilenceState,
  subject: SilenceSubject,
  isDark: boolean,
  utcMs: number,
  context: RuleContext,
): void {
  if (!lost || lost.isRemoved || isDark === (lost.isDark ?? false)) return;
  lost.isDark = isDark;
  if (isDark) emit(subject, lost, "cleared", utcMs, context);
  else openAgain(lost, subject, utcMs, context);
}

function openAgain(
  lost: NonNullable<SilenceState["lost"]>,
  subject: SilenceSubject,
  utcMs: number,
  context: RuleContext,
): void {
  lost.openedAtMs = Math.max(utcMs, lost.openedAtMs + 1);
  lost.first = context.place;
  emit(subject, lost, "opened", lost.openedAtMs, context);
}

function emit(
  { device }: SilenceSubject,
  open: { openedAtMs: number; first: Proof },
  phase: FindingRecord["phase"],
  atMs: number,
  context: RuleContext,
  why: Sentence = { zh: "", en: "" },
): void {
  const { gateway, place, site } = context;
  const name = device ?? gateway;
  const since = localTime(open.openedAtMs, site.utcOffsetMin);
  const span = localSpan(open.openedAtMs, atMs, site.utcOffsetMin);
  context.emit({
    key: `${deviceSilent.id}:${device ?? "gateway"}:${open.openedAtMs}`,
    gateway,
    rule: deviceSilent.id,
    ruleVersion: deviceSilent.version,
    evidence: "silence",
    phase,
    atMs,
    openedAtMs: open.openedAtMs,
    ...(device === null ? {} : { device }),
    strength: "weak",
    settling: false,
    window: { fromMs: open.openedAtMs, toMs: atMs },
    measured: Math.round((atMs - open.openedAtMs) / MINUTE_MS),
    expected: 0,
    band: null,
    unit: "min",
    text:
      phase === "cleared"
        ? {
            zh: `${name} ${span} 无记录${why.zh}，情况不明`,
            en: `${span} nothing recorded from ${name}${why.en}: unknown`,
          }
        : { zh: `${name} 自 ${since} 起无应答`, en: `${name} silent since ${since}` },
    proof: proofOf(open.first, place),
    llr: 0,
  });
}
