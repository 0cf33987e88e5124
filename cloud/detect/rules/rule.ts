import type { FindingRecord, Proof } from "../finding.ts";
import type { RuleThresholds } from "../rule-thresholds.ts";
import type { SiteContext } from "../site-context.ts";

/**
 * One rule about one kind of subject (a channel, a device). `step` takes an observation and changes the state it is
 * given in place: the fold owns that copy. States are JSON.
 */
export interface Rule<Subject, State, Observation> {
  readonly id: string;
  /** Raised whenever the same records could give other findings. */
  readonly version: number;
  init(subject: Subject): State;
  step(state: State, subject: Subject, observation: Observation, context: RuleContext): void;
}

/** What a rule may know beside its own state. */
export interface RuleContext {
  readonly gateway: string;
  readonly site: SiteContext;
  readonly thresholds: RuleThresholds;
  /** The segment being folded. */
  readonly place: Proof;
  /** True within 30 minutes of a mains return or of this device's return. */
  isSettling(device: string, utcMs: number): boolean;
  /** True while something strong is open at this gateway: what happens now is not to be learned. */
  isSuspected(): boolean;
  emit(finding: FindingRecord): void;
}

/** What every open finding remembers. */
export interface OpenFinding {
  readonly channel: number;
  readonly openedAtMs: number;
  readonly first: Proof;
  emittedMs: number;
  settling: boolean;
}

const UPDATE_MIN_MS = 5 * 60_000;
const UPDATE_MAX_MS = 6 * 3_600_000;

/** True when an open finding's news are due: after 5 minutes, then at every doubling of its age, every 6 h at last. */
export function isUpdateDue({ openedAtMs, emittedMs }: OpenFinding, utcMs: number): boolean {
  const wait = Math.min(UPDATE_MAX_MS, Math.max(UPDATE_MIN_MS, emittedMs - openedAtMs));
  return utcMs - emittedMs >= wait;
}

/** The first and the last segment that prove a finding. */
export function proofOf(first: Proof, last: Proof): Proof[] {
  return first.epoch === last.epoch && first.seq === last.seq ? [first] : [first, last];
}
