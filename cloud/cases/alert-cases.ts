import { z } from "zod";
import type { AlertView } from "../api/contract.ts";
import { SYSTEM } from "../audit/audit-log.ts";
import { MINUTE_MS } from "../detect/local-time.ts";
import { enqueueNotification } from "../notify/enqueue-notification.ts";
import { levelRank } from "../notify/notification.ts";
import type { Database } from "../store/database.ts";
import { actOnCase, bindAlert, findCaseOfAlert, insertCase, nextCaseId, parseFacts } from "./case-book.ts";
import type { CaseFacts } from "./case-facts.ts";
import { type CaseAct, rearms } from "./case-machine.ts";
import { type CaseSite, caseNotification } from "./case-notification.ts";

/** What is over for longer than this is the past: a rebuild or a new context that finds it tells nobody. */
const PAST_AFTER_MS = 3_600_000;
const SEARCH_MAX_CHARS = 1_000;

/** How an alert came to be stored. */
export interface AlertNews {
  readonly before: AlertView | null;
  /** Provisional alerts whose event the journal now brings in this one. */
  readonly proves: readonly string[];
  readonly fromJournal: boolean;
  /** True while the past is folded again at a start. */
  readonly rebuilding: boolean;
}

/** Opens the case of an alert or brings it up to date, and says who is to be told, in the transaction that stores the alert. */
export async function followAlert(tx: Database, alert: AlertView, news: AlertNews): Promise<void> {
  const site = await caseSite(tx, alert.site);
  // Not in the register: no county to tell.
  if (!site) return;
  const quiet = news.rebuilding || isPast(alert, news);
  const known = (await findCaseOfAlert(tx, alert.id)) ?? (await proven(tx, alert, news));
  if (!known) return open(tx, alert, site, { quiet, former: null });
  // Another alert tells the same with proof, and has the case.
  if (known.alert !== alert.id) return;
  if (isNewMatter(known, alert, news)) {
    return open(tx, alert, site, { quiet, former: known.id });
  }
  return update(tx, alert, known, site, quiet);
}

/** True when what was closed, or found to be nothing, has become worse; or when a closed curiosity is told of again. Pure. */
function isNewMatter(known: CaseFacts, alert: AlertView, { before }: AlertNews): boolean {
  if (levelRank(alert.level) > levelRank(known.level) && rearms(known, alert.level)) return true;
  const again = alert.class === "info" && known.state === "closed" && alert.closedMs === null;
  return again && before !== null && before.sentence.zh !== alert.sentence.zh;
}

/** Of the settings only the clock counts here. */
const clockSchema = z.object({ utcOffsetMin: z.number().default(480) });

/** What the register says of a site, or null. */
export async function caseSite(db: Database, site: string): Promise<CaseSite | null> {
  const row = await db
    .selectFrom("site")
    .select(["name_zh", "name_en", "address", "region_path", "settings_json"])
    .where("id", "=", site)
    .executeTakeFirst();
  if (!row) return null;
  return {
    name: { zh: row.name_zh, en: row.name_en },
    address: row.address,
    regionPath: row.region_path,
    utcOffsetMin: clockSchema.parse(JSON.parse(row.settings_json)).utcOffsetMin,
  };
}

/** The case that a provisional alert opened and that this alert now proves. */
async function proven(tx: Database, alert: AlertView, { proves }: AlertNews): Promise<CaseFacts | null> {
  for (const early of proves) {
    const facts = await findCaseOfAlert(tx, early);
    if (!facts) continue;
    const isFree = (facts.provisional || facts.withdrawn) && facts.verdict === null;
    if (facts.alert !== early && !isFree) continue;
    await bindAlert(tx, alert.id, facts.id);
    return actOnCase(
      tx,
      facts,
      { act: "proven", alert: alert.id },
      { actor: SYSTEM, nowMs: alert.updatedMs },
    );
  }
  return null;
}

async function open(
  tx: Database,
  alert: AlertView,
  site: CaseSite,
  { quiet, former }: { readonly quiet: boolean; readonly former: string | null },
): Promise<void> {
  const nowMs = alert.updatedMs;
  const joins = former === null && alert.provisional ? await openCaseAt(tx, alert) : null;
  if (joins) return join(tx, alert, joins, site);
  const year = new Date(nowMs + site.utcOffsetMin * MINUTE_MS).getUTCFullYear();
  const facts = newCase(await nextCaseId(tx, year), alert, site, {
    quiet,
    former: former ?? (await lastCaseAt(tx, alert.site)),
  });
  const { sentence, level, eventMs, late } = alert;
  const detail = {
    alert: alert.id,
    level,
    eventMs,
    late,
    quiet,
    former: facts.former,
    sentence: sentence.zh,
  };
  const searchText = [facts.id, alert.site, site.name.zh, site.name.en, site.address, sentence.zh].join(" ");
  await insertCase(tx, facts, searchText.slice(0, SEARCH_MAX_CHARS).toLowerCase(), { actor: SYSTEM, detail });
  if (quiet) return;
  await enqueueNotification(tx, caseNotification("case-opened", facts, alert, site, nowMs), nowMs);
}

/** A further notice of the same night belongs to the case that is open already. */
async function join(tx: Database, alert: AlertView, facts: CaseFacts, site: CaseSite): Promise<void> {
  await bindAlert(tx, alert.id, facts.id);
  const by = { actor: SYSTEM, nowMs: alert.updatedMs };
  const joined = await actOnCase(tx, facts, { act: "joined", alert: alert.id }, by);
  if (levelRank(alert.level) <= levelRank(joined.level)) return;
  const risen = await actOnCase(tx, joined, { act: "raised", level: alert.level }, by);
  await enqueueNotification(tx, caseNotification("case-raised", risen, alert, site, by.nowMs), by.nowMs);
}

/** A restart case at the site that nobody has decided and whose alert goes on. */
async function openCaseAt(tx: Database, { site, class: kind }: AlertView): Promise<CaseFacts | null> {
  if (kind !== "restart") return null;
  const rows = await tx
    .selectFrom("case")
    .select("facts_json")
    .where("site", "=", site)
    .where("verdict", "is", null)
    .where("closed_ms", "is", null)
    .orderBy("ord", "desc")
    .limit(OPEN_CASES_LOOKED_AT)
    .execute();
  const open = rows.map(({ facts_json }) => parseFacts(facts_json));
  return open.find(({ alertClass, ongoing, quiet }) => alertClass === "restart" && ongoing && !quiet) ?? null;
}

const OPEN_CASES_LOOKED_AT = 20;

async function update(
  tx: Database,
  alert: AlertView,
  known: CaseFacts,
  site: CaseSite,
  quiet: boolean,
): Promise<void> {
  const by = { actor: SYSTEM, nowMs: alert.updatedMs };
  const { toldLevel } = known;
  let facts = known;
  for (const act of actsOf(facts, alert)) facts = await actOnCase(tx, facts, act, by);
  if (quiet) return;
  if (facts.quiet) {
    // A rebuild found it and told nobody; now it goes on before our eyes.
    if (!facts.ongoing || facts.verdict) return;
    facts = await actOnCase(tx, facts, { act: "told" }, by);
    await enqueueNotification(tx, caseNotification("case-opened", facts, alert, site, by.nowMs), by.nowMs);
  } else if (facts.withdrawn && !known.withdrawn && facts.verdict === null) {
    await enqueueNotification(tx, caseNotification("case-withdrawn", facts, alert, site, by.nowMs), by.nowMs);
  } else if (levelRank(facts.toldLevel) > levelRank(toldLevel)) {
    await enqueueNotification(tx, caseNotification("case-raised", facts, alert, site, by.nowMs), by.nowMs);
  }
}

/** What of an alert's change is an entry in its case's record. Pure. */
function actsOf(facts: CaseFacts, alert: AlertView): CaseAct[] {
  const acts: CaseAct[] = [];
  if (alert.withdrawnMs !== null) {
    return facts.withdrawn ? [] : [{ act: "withdrawn" }];
  }
  const rise = levelRank(alert.level) - levelRank(facts.level);
  if (rise !== 0) acts.push({ act: rise > 0 ? "raised" : "lowered", level: alert.level });
  if (facts.provisional && !alert.provisional) acts.push({ act: "proven", alert: alert.id });
  if (facts.ongoing !== (alert.closedMs === null)) acts.push({ act: facts.ongoing ? "ended" : "resumed" });
  return acts;
}

/** True for what neither a journal nor the present brings. */
function isPast({ closedMs, updatedMs, eventMs }: AlertView, { fromJournal, before }: AlertNews): boolean {
  return (
    !fromJournal &&
    before === null &&
    closedMs !== null &&
    updatedMs - Math.max(eventMs, closedMs) > PAST_AFTER_MS
  );
}

async function lastCaseAt(tx: Database, site: string): Promise<string | null> {
  const row = await tx
    .selectFrom("case")
    .select("id")
    .where("site", "=", site)
    .orderBy("ord", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? null;
}

function newCase(
  id: string,
  alert: AlertView,
  { regionPath }: CaseSite,
  { quiet, former }: Pick<CaseFacts, "quiet" | "former">,
): CaseFacts {
  const { site, level, eventMs, late, provisional, rule, updatedMs: nowMs } = alert;
  return {
    ...{ id, site, regionPath, alert: alert.id, alertClass: alert.class, rule, state: "new", level },
    ...{
      toldLevel: quiet ? "none" : level,
      provisional,
      withdrawn: alert.withdrawnMs !== null,
      late,
      quiet,
      eventMs,
      former,
    },
    ...{ ongoing: alert.closedMs === null, openedMs: nowMs, sinceMs: nowMs },
    ...{ acknowledged: null, assigned: null, visited: null, verdict: null, closed: null },
    ...{ assignees: [], escalations: [], version: 1 },
  };
}
