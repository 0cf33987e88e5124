import { type JournalRecord, QUALITY, type SampleRecord } from "@sealwatch/protocols";
import type { ContextEntry } from "./context-entry.ts";
import { type ClockAnchor, dateRecord, toUtcMs } from "./dating.ts";
import type { FindingRecord } from "./finding.ts";
import { draftOf, type GatewayState } from "./gateway-state.ts";
import { ObservationRouter } from "./observation-router.ts";
import { isMeterChange } from "./rules/tampering.ts";
import type { SiteContext } from "./site-context.ts";

export { type GatewayState, initialGatewayState } from "./gateway-state.ts";

/** One segment of a gateway's journal; its records in folding order. */
export interface FoldableSegment {
  readonly gateway: string;
  readonly epoch: string;
  readonly seq: number;
  readonly records: readonly JournalRecord[];
  /** The epoch's first clock record, where readings were taken before it. */
  readonly later?: ClockAnchor | undefined;
}

/** Epochs whose duplicates are recognised. A gateway that restarts daily is covered for two weeks. */
const EPOCHS_KEPT = 16;

/**
 * Folds one segment: what its records and the context entries that fall among them say about the site. Pure and total:
 * the same journal and context give the same findings in any batching; a segment folded before changes nothing.
 */
export function foldSegment(
  state: GatewayState,
  segment: FoldableSegment,
  context: readonly ContextEntry[],
  site: SiteContext,
): { readonly state: GatewayState; readonly findings: FindingRecord[] } {
  const known = state.epochs.find(({ epoch }) => epoch === segment.epoch);
  if (known && segment.seq <= known.seq) return { state, findings: [] };
  const draft = draftOf(state);
  const { gateway, epoch, seq } = segment;
  draft.epochs = known
    ? draft.epochs.map((other) => (other.epoch === epoch ? { epoch, seq } : other))
    : [...draft.epochs, { epoch, seq }].slice(-EPOCHS_KEPT);
  const router = new ObservationRouter(draft, { gateway, site, place: { epoch, seq } });
  // Segments are missing between, and gone for good: nobody knows what the contacts did meanwhile, nor which device came back.
  if (known && seq > known.seq + 1) {
    router.unwatched();
    router.returnsUntold();
  }
  for (const record of segment.records) foldRecord(draft, router, record, segment, context);
  return { state: draft, findings: router.findings };
}

function foldRecord(
  draft: GatewayState,
  router: ObservationRouter,
  record: JournalRecord,
  { epoch, later }: Pick<FoldableSegment, "epoch" | "later">,
  context: readonly ContextEntry[],
): void {
  const isNewEpoch = draft.dating.epoch !== epoch;
  const { dating, utcMs } = dateRecord(draft.dating, epoch, record, later);
  draft.dating = dating;
  // Between two epochs nobody looked at the contacts.
  if (isNewEpoch) router.unwatched();
  if (utcMs !== null) {
    applyContext(draft, router, utcMs, context);
    router.dated(utcMs);
    draft.positionMs = draft.positionMs === null ? utcMs : Math.max(draft.positionMs, utcMs);
  }
  // What happened at an unknown time happened no earlier than the last that is known.
  const heldMs = utcMs ?? draft.positionMs;
  if (record.type === "sample") {
    if (utcMs !== null) foldSample(router, record, utcMs);
  } else if (record.type === "channels") {
    router.channels(record, { utcMs, heldMs });
  } else if (record.type === "gap") {
    if (utcMs === null) draft.hasUndatedGap = true;
    else router.gap(toUtcMs(dating, record.fromMs) ?? utcMs, utcMs, record.reason);
  } else if (record.type === "run") {
    if (heldMs === null) return;
    if (utcMs !== null) router.heard(record.channel, utcMs);
    router.contact(record.channel, record.value, toUtcMs(dating, record.fromMs) ?? heldMs);
    if (record.longestGapMs > router.unwatchedAfterMs) router.unwatched({ channel: record.channel });
    router.contact(record.channel, record.value, heldMs);
  } else if (record.type === "event" && heldMs !== null) {
    if (record.event === "contact-changed" && record.channel !== undefined && record.value !== undefined) {
      if (utcMs !== null) router.heard(record.channel, utcMs);
      router.contact(record.channel, record.value, heldMs);
    } else if (isMeterChange(record.event)) {
      router.meterChanged(record, heldMs);
    } else if (record.event === "device-lost" && record.device !== undefined) {
      router.device(record.device, "lost", heldMs);
    } else if (record.event === "device-regained" && record.device !== undefined) {
      router.device(record.device, "regained", heldMs);
    } else if (record.event === "config-applied" || record.event === "config-rolled-back") {
      router.returnsUntold();
    }
  }
}

function foldSample(
  router: ObservationRouter,
  { channels, scaled, qualities }: SampleRecord,
  utcMs: number,
): void {
  for (let index = 0; index < channels.length; index++) {
    const channel = channels[index] ?? 0;
    const value = scaled[index];
    if (typeof value !== "number" || qualities[index] !== QUALITY.good) continue;
    router.heard(channel, utcMs);
    const target = router.targets.get(channel);
    if (target !== undefined) router.reading(target, value, utcMs);
  }
}

/** Entries come sorted; each applies before the first record dated at or after its effective time. */
function applyContext(
  draft: GatewayState,
  router: ObservationRouter,
  utcMs: number,
  context: readonly ContextEntry[],
): void {
  for (;;) {
    const entry = context[draft.contextApplied];
    if (!entry || entry.effectiveMs > utcMs) return;
    draft.contextApplied += 1;
    router.contextual(entry);
  }
}
