/** The physical kind of a piece of evidence. Different kinds have different causes, so they can corroborate. */
export type EvidenceKind = "power" | "seal" | "door" | "voc" | "water" | "tampering" | "silence";

/** A segment that proves a finding. */
export interface Proof {
  readonly epoch: string;
  readonly seq: number;
}

/** One sentence for people, in both languages of the interface. */
export interface Sentence {
  readonly zh: string;
  readonly en: string;
}

/** A fact about a finding. Append-only: a later record with the same gateway and key supersedes, it never rewrites. */
export interface FindingRecord {
  /** `rule:subject:openedAtMs`; names the finding within its gateway. */
  readonly key: string;
  readonly gateway: string;
  readonly rule: string;
  readonly ruleVersion: number;
  readonly evidence: EvidenceKind;
  readonly phase: "opened" | "updated" | "cleared";
  /** Event time of this fact, UTC. */
  readonly atMs: number;
  readonly openedAtMs: number;
  readonly channel?: number;
  readonly device?: string;
  /** Weak: about one false alarm a year. Strong: about one in ten years, or a broken seal. */
  readonly strength: "weak" | "strong";
  /** Within 30 minutes of a mains return or of this sensor's restart: it may not corroborate another kind. */
  readonly settling: boolean;
  /** Proof by itself: load on a feeder that was proven dead before (invariant 8). */
  readonly conclusive?: boolean;
  readonly window: { readonly fromMs: number; readonly toMs: number };
  readonly measured: number | null;
  readonly expected: number | null;
  /** Half-width of the normal band around `expected`. */
  readonly band: number | null;
  readonly unit: string;
  readonly text: Sentence;
  /** The first and the last segment that prove it; one when they are the same. */
  readonly proof: readonly Proof[];
  /** Accumulated log-likelihood ratio, restart against sealed, nats. */
  readonly llr: number;
}
