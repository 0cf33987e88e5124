import { SealwatchError } from "@sealwatch/platform";
import { type JournalPosition, type JournalRecord, type Segment, segmentRecords } from "@sealwatch/protocols";
import type { ContextEntry } from "../detect/context-entry.ts";
import type { FindingRecord } from "../detect/finding.ts";
import { foldSegment, initialGatewayState } from "../detect/gateway-fold.ts";
import type { GatewayState } from "../detect/gateway-state.ts";
import type { SiteContext } from "../detect/site-context.ts";
import type { EpochStart } from "../replica/admission.ts";
import {
  type DatedRecord,
  EMPTY_VIEW,
  evolveView,
  type GatewayJournalView,
} from "../replica/gateway-view.ts";
import { type SegmentSummary, summarizeSegment } from "../replica/segment-summary.ts";
import { dateJournal, INITIAL_JOURNAL_DATING, type JournalDating } from "./journal-dating.ts";

/** Raised whenever view, dating or detection change in shape or meaning: stored folds are then made again at start. */
export const FOLD_VERSION = 19;

/** Everything that is folded from one gateway's journal. JSON; can be rebuilt from replica and context log. */
export interface GatewayFolds {
  readonly view: GatewayJournalView;
  readonly dating: JournalDating;
  readonly detection: GatewayState;
}

/** One gateway's journal as the replica holds it, with its folds. */
export interface GatewayJournal {
  readonly gateway: string;
  /** Heads by epoch, in the order the epochs arrived. */
  readonly heads: ReadonlyMap<
    string,
    { readonly seq: number; readonly hash: string; readonly start: EpochStart }
  >;
  /** Order in the replica of the newest folded segment. */
  readonly segmentOrd: number;
  readonly folds: GatewayFolds;
}

export const EMPTY_FOLDS: GatewayFolds = {
  view: EMPTY_VIEW,
  dating: INITIAL_JOURNAL_DATING,
  detection: initialGatewayState(),
};

/** What one segment adds. */
export interface FoldedSegment {
  readonly folds: GatewayFolds;
  readonly dated: readonly DatedRecord[];
  readonly findings: readonly FindingRecord[];
  readonly summary: {
    readonly fromMs: number;
    readonly toMs: number;
    readonly summary: SegmentSummary;
  } | null;
  /** Why the body cannot be read, or null. It is signed, so it keeps its place in the chain, and counts as nothing. */
  readonly unreadable: string | null;
  /** The time of readings folded before has become known: the journal must be folded again. */
  readonly datesEarlier: boolean;
}

/** Folds one admitted segment. Pure. */
export function foldJournalSegment(
  folds: GatewayFolds,
  segment: Pick<Segment, "header" | "body">,
  context: readonly ContextEntry[],
  site: SiteContext,
): FoldedSegment {
  const { gateway, epoch, seq, counts } = segment.header;
  const { records, unreadable } = readRecords(segment);
  const { dating, dated } = dateJournal(folds.dating, epoch, records);
  const view = evolveView(folds.view, dated, {
    readings: counts.readings,
    dropped: segment.body === null,
  });
  const { state, findings } = foldSegment(
    folds.detection,
    // What this very segment makes known takes effect when all is folded again.
    { gateway, epoch, seq, records, later: folds.dating.later[epoch] },
    context,
    site,
  );
  const summary = summarizeSegment(dated, view.channels);
  const datesEarlier = dating.later !== folds.dating.later;
  return { folds: { view, dating, detection: state }, dated, findings, summary, unreadable, datesEarlier };
}

function readRecords(segment: Pick<Segment, "header" | "body">): {
  records: JournalRecord[];
  unreadable: string | null;
} {
  try {
    return { records: segmentRecords(segment), unreadable: null };
  } catch (error) {
    if (!(error instanceof SealwatchError)) throw error;
    return { records: [], unreadable: error.code };
  }
}

/** The newest epoch's head, or null. */
export function newestHead(journal: GatewayJournal): JournalPosition | null {
  const last = [...journal.heads].at(-1);
  return last ? { epoch: last[0], seq: last[1].seq, hash: last[1].hash } : null;
}
