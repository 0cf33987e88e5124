import type { FindingRecord, Proof, Sentence } from "../finding.ts";
import { localSpan, localTime, MINUTE_MS } from "../local-time.ts";
import { proofOf, type Rule, type RuleContext } from "./rule.ts";

/** A device that an earlier channel list of its gateway had. */
export interface RemovedSubject {
  readonly device: string;
}

const WORDS = {
  power: { zh: "功率", en: "power" },
  energy: { zh: "电能", en: "energy" },
  voltage: { zh: "电压", en: "voltage" },
  current: { zh: "电流", en: "current" },
  seal: { zh: "封条", en: "seals" },
  door: { zh: "门", en: "doors" },
  "mains-present": { zh: "市电", en: "mains" },
  voc: { zh: "气体", en: "gas" },
  temperature: { zh: "温度", en: "temperature" },
  humidity: { zh: "湿度", en: "humidity" },
  water: { zh: "用水", en: "water" },
} as const satisfies Record<string, Sentence>;

/** What rules saw through a device. */
export type Measured = keyof typeof WORDS;

/** One device's absence from the list; all absent: it is on it. */
export interface RemovedState {
  open?: { openedAtMs: number; first: Proof };
  /** It was taken off before anybody knew the time. */
  pending?: { first: Proof; measured: readonly Measured[] };
  /** It is listed again, and nobody knew the time yet: what was unknown until then does not end before. */
  isListed?: boolean;
  /** Its last finding ended at its own first moment: another begins later. */
  endedMs?: number;
}

/** The list has the device no more, or again (null: at a time that nobody knows yet); a record is dated; a person accepted which instruments the site has. */
export type RemovedObservation =
  | {
      readonly type: "removed";
      readonly utcMs: number | null;
      readonly measured: readonly Measured[];
      /** When it was last heard; since when it had not answered. Null: not known, or it answered. */
      readonly heardMs: number | null;
      readonly silentSinceMs: number | null;
    }
  | { readonly type: "listed"; readonly utcMs: number | null }
  | { readonly type: "dated"; readonly utcMs: number }
  | { readonly type: "accepted"; readonly utcMs: number; readonly by: string };

type Before = Omit<Extract<RemovedObservation, { type: "removed" }>, "type" | "utcMs">;

const LISTED: Sentence = { zh: "已重新列入", en: "listed again" };
const BY_MAX_CHARS = 60;

/** What a device measured is measured no more: unknown until it is listed again or a person accepts what is left. */
export const deviceRemoved: Rule<RemovedSubject, RemovedState, RemovedObservation> = {
  id: "device-removed",
  version: 1,
  init: () => ({}),
  step(state, subject, observation, context) {
    const { type, utcMs } = observation;
    if (type === "removed") {
      delete state.isListed;
      if (state.open || state.pending) return;
      if (utcMs === null) state.pending = { first: context.place, measured: observation.measured };
      else open(state, subject, { utcMs, first: context.place, before: observation }, context);
    } else if (type === "dated") {
      if (state.isListed) end(state, subject, utcMs, LISTED, context);
      if (!state.pending) return;
      const { first, measured } = state.pending;
      delete state.pending;
      open(
        state,
        subject,
        { utcMs, first, before: { measured, heardMs: null, silentSinceMs: null } },
        context,
      );
    } else if (type === "listed") {
      delete state.pending;
      if (utcMs !== null) end(state, subject, utcMs, LISTED, context);
      else if (state.open) state.isListed = true;
    } else {
      const by = observation.by.slice(0, BY_MAX_CHARS);
      end(state, subject, utcMs, { zh: `${by} 已确认现有设备`, en: `accepted by ${by}` }, context);
    }
  },
};

function open(
  state: RemovedState,
  subject: RemovedSubject,
  { utcMs, first, before }: { utcMs: number; first: Proof; before: Before },
  context: RuleContext,
): void {
  state.open = { openedAtMs: Math.max(utcMs, (state.endedMs ?? -Infinity) + 1), first };
  delete state.endedMs;
  emit(
    subject,
    state.open,
    "opened",
    state.open.openedAtMs,
    explain(subject, utcMs, before, context),
    context,
  );
}

function end(
  state: RemovedState,
  subject: RemovedSubject,
  utcMs: number,
  why: Sentence,
  context: RuleContext,
): void {
  if (!state.open) return;
  const { openedAtMs } = state.open;
  const atMs = Math.max(utcMs, openedAtMs);
  const { device } = subject;
  const span = localSpan(openedAtMs, atMs, context.site.utcOffsetMin);
  const text = {
    zh: `${device} ${span} 不在网关的通道表中（${why.zh}），情况不明`,
    en: `${span} ${device} was off the gateway's channel list (${why.en}): unknown`,
  };
  emit(subject, state.open, "cleared", atMs, text, context);
  if (atMs === openedAtMs) state.endedMs = openedAtMs;
  delete state.open;
  delete state.isListed;
}

function explain(
  { device }: RemovedSubject,
  utcMs: number,
  { measured, heardMs, silentSinceMs }: Before,
  { site }: RuleContext,
): Sentence {
  const at = (ms: number): string => localTime(ms, site.utcOffsetMin, true);
  const words = Object.entries(WORDS).flatMap(([name, word]) =>
    measured.some((each) => each === name) ? [word] : [],
  );
  const zh = words.length === 0 ? "" : `（${words.map((word) => word.zh).join("、")}）`;
  const en = words.length === 0 ? "" : ` (${words.map((word) => word.en).join(", ")})`;
  let before: Sentence = { zh: "", en: "" };
  if (silentSinceMs !== null)
    before = { zh: `，此前自 ${at(silentSinceMs)} 起无应答`, en: `, silent since ${at(silentSinceMs)}` };
  else if (heardMs !== null) before = { zh: `，最后读数 ${at(heardMs)}`, en: `, last heard ${at(heardMs)}` };
  return {
    zh: `${device}${zh}自 ${at(utcMs)} 起不在网关的通道表中${before.zh}，情况不明`,
    en: `${device}${en} off the gateway's channel list since ${at(utcMs)}${before.en}: unknown`,
  };
}

function emit(
  { device }: RemovedSubject,
  { openedAtMs, first }: { openedAtMs: number; first: Proof },
  phase: FindingRecord["phase"],
  atMs: number,
  text: Sentence,
  { gateway, place, ...context }: RuleContext,
): void {
  context.emit({
    key: `${deviceRemoved.id}:${device}:${openedAtMs}`,
    gateway,
    rule: deviceRemoved.id,
    ruleVersion: deviceRemoved.version,
    evidence: "silence",
    phase,
    atMs,
    openedAtMs,
    device,
    strength: "weak",
    settling: false,
    window: { fromMs: openedAtMs, toMs: atMs },
    measured: Math.round((atMs - openedAtMs) / MINUTE_MS),
    expected: 0,
    band: null,
    unit: "min",
    text,
    proof: proofOf(first, place),
    llr: 0,
  });
}
