import { SEAL_LOOP } from "@sealwatch/protocols";
import type { EvidenceKind, FindingRecord, Sentence } from "../finding.ts";
import { DAY_MS, localTime, MINUTE_MS } from "../local-time.ts";
import { isUpdateDue, type OpenFinding, proofOf, type Rule, type RuleContext } from "./rule.ts";
import type { ContactSubject } from "./subject.ts";

/** One contact as known so far. */
export interface ContactState {
  value: number | null;
  /** Since when every poll proves the normal position, without a hole; null: not proven. */
  normalSinceMs: number | null;
  open: OpenFinding | null;
  /** The position that opened the finding; null while there is none. */
  openedAs: number | null;
}

/** The contact was in this position at `utcMs`; null: from here on nobody looked. */
export interface ContactObservation {
  readonly utcMs: number;
  readonly value: number | null;
}

/** How long the normal position must be proven before the finding clears. A broken seal is for a person to clear. */
const HOLD_MS = { door: 30 * MINUTE_MS, seal: DAY_MS } as const;
/** How much likelier the contact opens when the site starts again than while it stays sealed, nats. */
const LLR = { door: 3, seal: 7 } as const;
const WORDS = {
  door: { zh: "门", en: "door", normal: { zh: "已恢复", en: "is closed again" } },
  seal: { zh: "封条", en: "seal", normal: { zh: "已恢复闭合", en: "reads whole again" } },
} as const;

/** A door or a seal leaves its normal position. */
export const contactOpened: Rule<ContactSubject, ContactState, ContactObservation> = {
  id: "contact-opened",
  version: 2,
  init: () => ({ value: null, normalSinceMs: null, open: null, openedAs: null }),
  step(state, subject, { utcMs, value }, context) {
    if (value === null) {
      state.normalSinceMs = null;
      return;
    }
    const known = state.value === value;
    state.value = value;
    if (subject.role === "mains-present") return;
    if (value === subject.normal) stepNormal(state, subject, utcMs, context);
    else stepAbnormal(state, subject, utcMs, known, context);
  },
};

function stepNormal(state: ContactState, subject: ContactSubject, utcMs: number, context: RuleContext): void {
  if (state.normalSinceMs === null || state.normalSinceMs > utcMs) state.normalSinceMs = utcMs;
  const { open } = state;
  if (!open || utcMs - state.normalSinceMs < HOLD_MS[roleOf(subject)]) return;
  emit(open, state, subject, "cleared", utcMs, context);
  state.open = null;
  state.openedAs = null;
}

function stepAbnormal(
  state: ContactState,
  subject: ContactSubject,
  utcMs: number,
  known: boolean,
  context: RuleContext,
): void {
  state.normalSinceMs = null;
  if (!state.open) {
    const settling = context.isSettling(subject.device, utcMs);
    state.open = { channel: subject.id, openedAtMs: utcMs, first: context.place, emittedMs: utcMs, settling };
    state.openedAs = state.value;
    emit(state.open, state, subject, "opened", utcMs, context);
  } else if (!known && isUpdateDue(state.open, utcMs)) {
    state.open.emittedMs = utcMs;
    emit(state.open, state, subject, "updated", utcMs, context);
  }
}

function emit(
  open: OpenFinding,
  state: ContactState,
  subject: ContactSubject,
  phase: FindingRecord["phase"],
  utcMs: number,
  context: RuleContext,
): void {
  const role = roleOf(subject);
  const evidence: EvidenceKind = role;
  context.emit({
    key: `${contactOpened.id}:${open.channel}:${open.openedAtMs}`,
    gateway: context.gateway,
    rule: contactOpened.id,
    ruleVersion: contactOpened.version,
    evidence,
    phase,
    atMs: utcMs,
    openedAtMs: open.openedAtMs,
    channel: open.channel,
    device: subject.device,
    strength: role === "seal" ? "strong" : "weak",
    settling: open.settling,
    window: { fromMs: open.openedAtMs, toMs: utcMs },
    measured: state.value,
    expected: subject.normal,
    band: null,
    unit: "",
    text: sentence(open, state, subject, phase, context.site.utcOffsetMin),
    proof: proofOf(open.first, context.place),
    llr: LLR[role],
  });
}

/** How a seal is broken, as its loop tells. */
function brokenWords(value: number | null): Sentence {
  if (value === SEAL_LOOP.cut) return { zh: "被剪断", en: "was cut" };
  if (value === SEAL_LOOP.shorted) return { zh: "被短接", en: "was shorted" };
  return { zh: "断开", en: "opened" };
}

/** "封条 S2 于 02:02 断开": the label already says what it is when it was well chosen. */
function sentence(
  open: OpenFinding,
  state: ContactState,
  subject: ContactSubject,
  phase: FindingRecord["phase"],
  utcOffsetMin: number,
): Sentence {
  const role = roleOf(subject);
  const words = WORDS[role];
  const name = subject.label || `${words.zh} ${subject.device}/${subject.point}`;
  const english =
    subject.label && !/[^ -~]/.test(subject.label) ? subject.label : `${words.en} ${latin(name, subject)}`;
  const at = localTime(open.openedAtMs, utcOffsetMin);
  const broken = brokenWords(state.openedAs);
  const now = state.value === subject.normal ? broken : brokenWords(state.value);
  const changed = role === "seal" && now.zh !== broken.zh;
  const opened = {
    zh: `${name} 于 ${at} ${role === "seal" ? broken.zh : "打开"}${changed ? `，后${now.zh}` : ""}`,
    en: `${english} ${role === "seal" ? broken.en : "opened"} at ${at}${changed ? `, then ${now.en}` : ""}`,
  };
  if (phase !== "cleared") return opened;
  const since = localTime(state.normalSinceMs ?? open.openedAtMs, utcOffsetMin);
  return {
    zh: `${opened.zh}，${since} 起${words.normal.zh}`,
    en: `${opened.en}; since ${since} it ${words.normal.en}`,
  };
}

/** The part of a label that an English sentence can carry, such as S2 of 封条 S2. */
function latin(label: string, { device, point }: ContactSubject): string {
  return label.replaceAll(/[^ -~]/g, "").trim() || `${device}/${point}`;
}

function roleOf({ role }: ContactSubject): "door" | "seal" {
  return role === "seal" ? "seal" : "door";
}
