import { isDeepStrictEqual } from "node:util";
import type { SiteConfig } from "../config/cloud-config.ts";
import { appendContext, loadContext, type SiteContextEntry } from "../context/context-log.ts";
import { takeDueContext } from "../context/due-context.ts";
import type { Draft, DraftDependencies } from "./draft.ts";
import { isFolded, siteContext } from "./live-site.ts";
import { refoldInDraft } from "./refold.ts";
import { judgeInDraft } from "./site-judge.ts";

/** Appends to a site's context log, folds again what it changes, and judges. */
export async function addContext(
  deps: DraftDependencies,
  draft: Draft,
  site: string,
  entry: SiteContextEntry,
): Promise<void> {
  const live = draft.sites.get(site);
  if (!live) return;
  await appendContext(draft.db, site, entry, deps.clock.wallMs());
  draft.sites.set(site, { ...live, context: await loadContext(draft.db, site) });
  if (isFolded(entry)) await refoldIfLate(deps, draft, site, entry.effectiveMs);
  await judgeInDraft(deps, draft, site);
}

/** Takes over what people decided since the last time. */
export async function addDueContext(deps: DraftDependencies, draft: Draft): Promise<void> {
  for (const { site, entry } of await takeDueContext(draft.db)) await addContext(deps, draft, site, entry);
}

/** Knows a site that was entered, or changed; what detection must see otherwise is folded again. */
export async function putSite(deps: DraftDependencies, draft: Draft, config: SiteConfig): Promise<void> {
  const { registry } = deps;
  const before = draft.sites.get(config.id);
  registry.putSite(config);
  draft.judged.add(config.id);
  draft.sites.set(config.id, { config, context: before?.context ?? [], verdict: before?.verdict ?? null });
  // A site that was just entered has no past to judge.
  if (!before || isDeepStrictEqual(siteContext(before.config), siteContext(config))) return;
  for (const { id } of registry.gatewaysOf(config.id)) {
    const journal = draft.journals.get(id);
    if (journal) await refoldInDraft(deps, draft, journal);
  }
  await judgeInDraft(deps, draft, config.id);
}

async function refoldIfLate(
  deps: DraftDependencies,
  draft: Draft,
  siteId: string,
  effectiveMs: number,
): Promise<void> {
  for (const { id } of deps.registry.gatewaysOf(siteId)) {
    const journal = draft.journals.get(id);
    const recordedToMs = journal?.folds.view.recordedToMs ?? null;
    if (!journal || recordedToMs === null || recordedToMs < effectiveMs) continue;
    await refoldInDraft(deps, draft, journal);
  }
}
