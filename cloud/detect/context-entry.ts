/** An entry of the context log that changes what the fold does, from its effective time on. */
export interface ContextEntry {
  readonly kind: "baseline-accepted";
  readonly effectiveMs: number;
  /** The person who looked at the plotted baseline. */
  readonly by: string;
}
