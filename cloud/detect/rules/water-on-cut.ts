import type { Sentence } from "../finding.ts";
import { HOUR_MS, localSpan, MINUTE_MS } from "../local-time.ts";
import { isUpdateDue, type OpenFinding, type Rule, type RuleContext } from "./rule.ts";
import { opening, tell } from "./tell.ts";

/** A water meter's volume, m³. */
export interface WaterSubject {
  readonly id: number;
  readonly device: string;
  readonly point: string;
  readonly feeder?: string;
  /** m³ of one count; of a flow, what is counted as one. */
  readonly countM3: number;
  /** Of a channel that gives a flow: how often. */
  readonly flowIntervalMs?: number;
}

/** A reading of the register, or of the flow in m³/h; `isCut`: the supply is declared cut. */
export interface WaterObservation {
  readonly utcMs: number;
  readonly value: number;
  readonly isCut: boolean;
}

/** One water meter. */
export interface WaterState {
  lastMs: number | null;
  lastM3: number;
  /** Where the counts that are looked at began; null: none. */
  fromMs: number | null;
  fromM3: number;
  /** The last time the register stood still for an hour is this long ago: a leak or a plant draws without a pause. */
  runsSinceMs: number | null;
  stepFromMs: number;
  stepFromM3: number;
  /** Of a flow: what has passed, and the least of the night so far, m³/h. */
  passedM3: number;
  leastM3PerH: number | null;
  open: OpenWater | null;
}

interface OpenWater extends OpenFinding {
  readonly kind: "cut" | "night";
  readonly fromMs: number;
  readonly fromM3: number;
  toMs: number;
  volumeM3: number;
  strength: "weak" | "strong";
  readonly leastM3PerH: number | null;
}

const RULE = { id: "water-on-cut", version: 2 } as const;
/** One count is a knock on the pipe; within this window the others must follow. */
const WINDOW_MS = 24 * HOUR_MS;
const COUNTS_WEAK = 2;
/** A register is looked at in steps of this length when asking whether it ever pauses. */
const STEP_MS = 30 * MINUTE_MS;
const RUNS_MS = 4 * HOUR_MS;
const NIGHT_FROM_H = 22;
const NIGHT_TO_H = 6;
const CLEAR_MS = 6 * HOUR_MS;
/** More than this between two readings is another meter. */
const JUMP_MAX_M3 = 10_000;
/** A flow meter's zero wanders: less is nothing. */
const FLOW_FLOOR_M3_PER_H = 0.03;
const FLOW_MAX_M3_PER_H = 10_000;
/** Two readings further apart than so many intervals say nothing of what passed between. */
const NEIGHBOUR_INTERVALS = 2.5;
const LLR = { weak: 5, strong: 16 } as const;

/**
 * Water through a supply declared cut, or at night without a pause. A flow is added up to a register of 10 L counts; its night
 * has no pause when no reading of four hours is at nothing (night minimum flow). One knock on the pipe is no count of two, and
 * people stop drawing water for half an hour of a night; a leak does not, so the night alone is weak.
 */
export const waterOnCut: Rule<WaterSubject, WaterState, WaterObservation> = {
  ...RULE,
  init: () => ({
    lastMs: null,
    lastM3: 0,
    fromMs: null,
    fromM3: 0,
    runsSinceMs: null,
    stepFromMs: 0,
    stepFromM3: 0,
    passedM3: 0,
    leastM3PerH: null,
    open: null,
  }),
  step(state, subject, observation, context) {
    const { utcMs, isCut } = observation;
    const { lastMs, lastM3 } = state;
    if (lastMs !== null && utcMs <= lastMs) return;
    const isFlow = subject.flowIntervalMs !== undefined;
    if (isFlow && Math.abs(observation.value) > FLOW_MAX_M3_PER_H) return;
    const volumeM3 = isFlow ? addFlow(state, subject, observation) : observation.value;
    state.lastMs = utcMs;
    state.lastM3 = volumeM3;
    const addedM3 = volumeM3 - lastM3;
    // A first reading, a register that rolled over, another meter: begin anew.
    if (lastMs === null || addedM3 < 0 || addedM3 > JUMP_MAX_M3) return beginAnew(state, utcMs, volumeM3);
    if (addedM3 > 0) state.open && follow(state.open, subject, { utcMs, volumeM3 }, context);
    if (state.open && utcMs - state.open.toMs >= CLEAR_MS) {
      speak(state.open, subject, "cleared", utcMs, context);
      beginAnew(state, utcMs, volumeM3);
      state.open = null;
    }
    if (isCut) watchCut(state, subject, { utcMs, addedM3, before: lastMs }, context);
    else watchNight(state, subject, utcMs, volumeM3, context);
  },
};

/**
 * The supply was declared cut, or connected again with approval: what it told before is over, and what ran before the next
 * reading is held against nobody.
 */
export function redeclareSupply(
  state: WaterState,
  subject: WaterSubject,
  { utcMs, isCut }: Omit<WaterObservation, "value">,
  context: RuleContext,
): void {
  state.lastMs = null;
  if (state.open === null || (state.open.kind === "cut") === isCut) return;
  speak(state.open, subject, "redeclared", utcMs, context);
  state.open = null;
}

/** What has passed, in whole counts; a reading at nothing ends a night without a pause. */
function addFlow(state: WaterState, subject: WaterSubject, { utcMs, value }: WaterObservation): number {
  const { flowIntervalMs = 0, countM3 } = subject;
  const sinceMs = state.lastMs === null ? Number.POSITIVE_INFINITY : utcMs - state.lastMs;
  const flows = value > FLOW_FLOOR_M3_PER_H;
  if (flows && sinceMs <= NEIGHBOUR_INTERVALS * flowIntervalMs)
    state.passedM3 = Math.round(1e6 * (state.passedM3 + (value * sinceMs) / HOUR_MS)) / 1e6;
  if (flows) {
    state.leastM3PerH = Math.min(state.leastM3PerH ?? value, value);
  } else {
    state.leastM3PerH = null;
    state.runsSinceMs = null;
  }
  return Math.floor(state.passedM3 / countM3) * countM3;
}

function beginAnew(state: WaterState, utcMs: number, volumeM3: number): void {
  state.fromMs = null;
  state.runsSinceMs = null;
  state.stepFromMs = utcMs;
  state.stepFromM3 = volumeM3;
}

function watchCut(
  state: WaterState,
  subject: WaterSubject,
  { utcMs, addedM3, before }: { utcMs: number; addedM3: number; before: number },
  context: RuleContext,
): void {
  if (addedM3 <= 0) return;
  if (state.fromMs === null || utcMs - state.fromMs > WINDOW_MS) {
    state.fromMs = before;
    state.fromM3 = state.lastM3 - addedM3;
  }
  const counts = Math.round((state.lastM3 - state.fromM3) / subject.countM3);
  if (state.open || counts < COUNTS_WEAK) return;
  const strength = counts >= context.thresholds.waterCounts ? "strong" : "weak";
  open(state, subject, { kind: "cut", strength, fromMs: state.fromMs, fromM3: state.fromM3, utcMs }, context);
}

/** Every half-hour of four hours of the night drew water. */
function watchNight(
  state: WaterState,
  subject: WaterSubject,
  utcMs: number,
  volumeM3: number,
  context: RuleContext,
): void {
  if (utcMs - state.stepFromMs < STEP_MS) return;
  const drew = volumeM3 > state.stepFromM3;
  // A reading an hour or more after the last tells of the whole stretch, not of its halves.
  const isFine = utcMs - state.stepFromMs < 3 * STEP_MS;
  if (!drew || !isFine || !isNight(utcMs, context.site.utcOffsetMin)) state.runsSinceMs = null;
  else if (state.runsSinceMs === null) {
    state.runsSinceMs = state.stepFromMs;
    // The flow's minimum is that of this stretch.
    state.leastM3PerH = null;
    state.fromM3 = state.stepFromM3;
  }
  state.stepFromMs = utcMs;
  state.stepFromM3 = volumeM3;
  if (state.open || state.runsSinceMs === null || utcMs - state.runsSinceMs < RUNS_MS) return;
  const from = { fromMs: state.runsSinceMs, fromM3: state.fromM3 };
  open(state, subject, { kind: "night", strength: "weak", ...from, utcMs }, context);
}

function isNight(utcMs: number, utcOffsetMin: number): boolean {
  const hour = (((utcMs / MINUTE_MS + utcOffsetMin) / 60) % 24) + 24;
  const ofDay = hour % 24;
  return ofDay >= NIGHT_FROM_H || ofDay < NIGHT_TO_H;
}

function open(
  state: WaterState,
  subject: WaterSubject,
  begun: Pick<OpenWater, "kind" | "strength" | "fromMs" | "fromM3"> & { utcMs: number },
  context: RuleContext,
): void {
  const { utcMs, ...rest } = begun;
  state.open = {
    ...opening(subject.id, subject.device, utcMs, context),
    ...rest,
    toMs: utcMs,
    volumeM3: state.lastM3 - begun.fromM3,
    leastM3PerH: begun.kind === "night" ? state.leastM3PerH : null,
  };
  speak(state.open, subject, "opened", utcMs, context);
}

function follow(
  open: OpenWater,
  subject: WaterSubject,
  { utcMs, volumeM3 }: { utcMs: number; volumeM3: number },
  context: RuleContext,
): void {
  open.toMs = utcMs;
  open.volumeM3 = Math.max(open.volumeM3, volumeM3 - open.fromM3);
  const isStronger =
    open.kind === "cut" &&
    open.strength === "weak" &&
    Math.round(open.volumeM3 / subject.countM3) >= context.thresholds.waterCounts;
  if (isStronger) open.strength = "strong";
  if (isStronger || isUpdateDue(open, utcMs)) speak(open, subject, "updated", utcMs, context);
}

/** Of a finding that ends because its supply was declared cut, or connected again. */
const REDECLARED: Readonly<Record<OpenWater["kind"], Sentence>> = {
  night: { zh: "，后申报断水", en: "; since declared cut" },
  cut: { zh: "，后登记恢复供水", en: "; since declared restored" },
};

function speak(
  open: OpenWater,
  subject: WaterSubject,
  phase: "opened" | "updated" | "cleared" | "redeclared",
  atMs: number,
  context: RuleContext,
): void {
  const words = sentence(open, subject, context.site.utcOffsetMin);
  const ending = phase === "redeclared" ? REDECLARED[open.kind] : { zh: "", en: "" };
  tell(
    open,
    {
      rule: RULE,
      phase: phase === "redeclared" ? "cleared" : phase,
      atMs,
      evidence: "water",
      strength: open.strength,
      device: subject.device,
      window: { fromMs: open.fromMs, toMs: open.toMs },
      measured: open.volumeM3,
      expected: 0,
      unit: "m³",
      llr: LLR[open.strength],
      text: { zh: words.zh + ending.zh, en: words.en + ending.en },
    },
    context,
  );
}

function sentence(
  open: OpenWater,
  { countM3, flowIntervalMs }: WaterSubject,
  utcOffsetMin: number,
): Sentence {
  const span = localSpan(open.fromMs, open.toMs, utcOffsetMin);
  const volume = `${Math.round(1_000 * open.volumeM3) / 1_000} m³`;
  const counts = Math.round(open.volumeM3 / countM3);
  const isFlow = flowIntervalMs !== undefined;
  const how = isFlow
    ? { zh: "按流量累计", en: "by its flow" }
    : { zh: `${counts} 个脉冲`, en: `${counts} counts` };
  const least = open.leastM3PerH === null ? null : Math.round(1_000 * open.leastM3PerH);
  if (open.kind === "cut")
    return {
      zh: `已申报断水，${span} 水表走字 ${volume}（${how.zh}，应为 0）`,
      en: `water declared cut, yet ${volume} passed ${span} (${how.en}, expected 0)`,
    };
  return {
    zh: `夜间 ${span} 持续用水 ${volume}，没有停顿${least === null ? "" : `，最小流量 ${least} L/h`}`,
    en: `water ran through the night ${span} without a pause: ${volume}${least === null ? "" : `, at least ${least} L/h`}`,
  };
}
