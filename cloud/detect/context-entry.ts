/** An entry of the context log that changes what the fold does, from its effective time on. */
export type ContextEntry = BaselineAccepted | BaselineReset | Permit;

/** A person looked at the plotted baseline and accepted it. */
interface BaselineAccepted {
  readonly kind: "baseline-accepted";
  readonly effectiveMs: number;
  readonly by: string;
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
}
