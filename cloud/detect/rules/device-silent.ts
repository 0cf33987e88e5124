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
  } | null;
  /** When it last came back. */
  regainedMs: number | null;
}

/** The device fell silent, came back or is no longer configured, or the journal has a hole. */
export type SilenceObservation =
  | {
      readonly type: "lost" | "regained" | "removed" | "dark" | "lit";
      readonly utcMs: number;
      readonly isDark?: boolean;
    }
  | { readonly type: "gap"; readonly fromMs: number; readonly utcMs: number; readonly reason: string };

const REMOVED: Sentence = { zh: "（已从配置中移除）", en: " (taken off the configuration)" };

/** Nothing is known of a device, or of everything: unknown, never normal. */
export const deviceSilent: Rule<SilenceSubject, SilenceState, SilenceObservation> = {
  id: "device-silent",
  version: 3,
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
    } else {
      const isRemoved = observation.type === "removed";
      if (!isRemoved) state.regainedMs = utcMs;
      if (state.lost && !state.lost.isDark)
        emit(subject, state.lost, "cleared", utcMs, context, isRemoved ? REMOVED : undefined);
      state.lost = null;
    }
  },
};

/** While the cut is proven the silence is over; when the proof ends, another begins. */
function explain(
  { lost }: SilenceState,
  subject: SilenceSubject,
  isDark: boolean,
  utcMs: number,
  context: RuleContext,
): void {
  if (!lost || isDark === (lost.isDark ?? false)) return;
  lost.isDark = isDark;
  if (isDark) {
    emit(subject, lost, "cleared", utcMs, context);
  } else {
    lost.openedAtMs = Math.max(utcMs, lost.openedAtMs + 1);
    lost.first = context.place;
    emit(subject, lost, "opened", lost.openedAtMs, context);
  }
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
