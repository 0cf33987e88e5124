import type { PermitSensor } from "./permit-sensor.ts";
import type { RuleThresholds } from "./rule-thresholds.ts";

/** An entry of the context log that changes what the fold does, from its effective time on. */
export type ContextEntry =
  | BaselineAccepted
  | BaselineReset
  | Permit
  | PermitEnded
  | ThresholdsSet
  | FeederCut
  | FeederRestored;

/** A person looked at the plotted baseline, and at which instruments the site has, and accepted them. */
interface BaselineAccepted {
  readonly kind: "baseline-accepted";
  readonly effectiveMs: number;
  readonly by: string;
  /** Only the instruments, for no baseline was ready or it is not yet to count. */
  readonly instrumentsOnly?: true | undefined;
}

/** A person had everything learned again, from `effectiveMs` on. */
interface BaselineReset {
  readonly kind: "baseline-reset";
  readonly effectiveMs: number;
  readonly by: string;
}

/** Work that was approved from `effectiveMs` to `toMs`: power, contacts and water are no signs then; gas, silence and tampering are. */
interface Permit {
  readonly kind: "permit";
  readonly effectiveMs: number;
  readonly toMs: number;
  /** What was approved, such as demolition. */
  readonly work: string;
  /** Its id, where somebody may end it early. */
  readonly permit?: string | undefined;
  /** Which sensors it covers; absent: whatever a permit can cover. */
  readonly sensors?: readonly PermitSensor[] | undefined;
}

/** A permit was ended before its time; what it covered until then stays covered. */
interface PermitEnded {
  readonly kind: "permit-ended";
  readonly effectiveMs: number;
  readonly permit: string;
}

/** A person set what the rules ask for at this site; what is not named has its default again. */
interface ThresholdsSet {
  readonly kind: "thresholds";
  readonly effectiveMs: number;
  readonly by: string;
  readonly values: Partial<RuleThresholds>;
}

/** A feeder or water supply was cut by order. */
interface FeederCut {
  readonly kind: "feeder-cut";
  readonly effectiveMs: number;
  readonly by: string;
  readonly feeder: string;
  /** Volts of a live conductor, if unusual. */
  readonly nominalV?: number | undefined;
}

/** It was connected again with approval. */
interface FeederRestored {
  readonly kind: "feeder-restored";
  readonly effectiveMs: number;
  readonly by: string;
  readonly feeder: string;
}
