import type { SiteConfig } from "../config/cloud-config.ts";
import type { RecordedEntry } from "../context/context-log.ts";
import type { ContextEntry } from "../detect/context-entry.ts";
import type { SiteContext } from "../detect/site-context.ts";
import type { SiteVerdict } from "../detect/site-verdict.ts";

/** What the process keeps in memory of one site; the store holds the same. */
export interface LiveSite {
  readonly config: SiteConfig;
  readonly context: readonly RecordedEntry[];
  readonly verdict: SiteVerdict | null;
}

/** The part of the context log that detection folds. */
export function foldContext(site: LiveSite): ContextEntry[] {
  return site.context.flatMap(({ entry }) => (isFolded(entry) ? [entry] : []));
}

/** What detection needs to know of a site. */
export function siteContext(config: SiteConfig): SiteContext {
  const { id, utcOffsetMin, formerLoadW, learningDaysMin, declaredCut } = config;
  return { site: id, utcOffsetMin, formerLoadW, learningDaysMin, declaredCut };
}

const FOLDED: ReadonlySet<RecordedEntry["entry"]["kind"]> = new Set<ContextEntry["kind"]>([
  "baseline-accepted",
  "baseline-reset",
  "permit",
  "permit-ended",
  "thresholds",
  "feeder-cut",
  "feeder-restored",
]);

/** True for what the fold takes, and folds again when it was decided late. */
export function isFolded(
  entry: RecordedEntry["entry"],
): entry is Extract<RecordedEntry["entry"], ContextEntry> {
  return FOLDED.has(entry.kind);
}
