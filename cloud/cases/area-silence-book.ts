import type { AlertView } from "../api/contract.ts";
import type { AreaSilence } from "../detect/area-silence.ts";
import { localTime } from "../detect/local-time.ts";
import { gatewaySilent } from "../detect/rules/gateway-silent.ts";
import type { Episode } from "../detect/site-verdict.ts";
import type { Database } from "../store/database.ts";
import { loadAlert, SETTLED_AFTER_MS, sameExceptTime, storeAlert } from "./alert-book.ts";
import { toReasonView } from "./reason-view.ts";
import { revisedHistory } from "./revised-alert.ts";

/** Gateways that the sentence names, and that the list holds. */
const NAMED_MAX = 6;
const LISTED_MAX = 64;

/** What the recorder of an area's silence knows beside it. */
interface AreaFacts {
  readonly nowMs: number;
  readonly utcOffsetMin: number;
  readonly fromJournal: boolean;
  readonly rebuilding: boolean;
}

/** The common silence that tells all of an episode, or null: one that also tells of a silent device stays its own alert. */
export function areaAlertOf(areas: readonly AreaSilence[], site: string, episode: Episode): string | null {
  if (episode.class !== "silence") return null;
  const told = areas.find(({ silences }) =>
    episode.reasons.every(({ rule, gateway, openedAtMs }) =>
      silences.some(
        (silence) =>
          rule === "gateway-silent" &&
          silence.site === site &&
          silence.gateway === gateway &&
          silence.fromMs === openedAtMs,
      ),
    ),
  );
  return told?.id ?? null;
}

/** Writes the one alert of a common silence, and points those of its sites to it. Returns what changed. Idempotent. */
export async function recordAreaSilence(
  db: Database,
  area: AreaSilence,
  { nowMs, utcOffsetMin, fromJournal, rebuilding }: AreaFacts,
): Promise<AlertView[]> {
  if (area.toMs !== null && area.toMs < nowMs - SETTLED_AFTER_MS) return [];
  const before = await loadAlert(db, area.id);
  const after = areaAlert(area, before, nowMs, utcOffsetMin);
  if (before && sameExceptTime(before, after)) return [];
  const own = before ? [] : await alertsOfSites(db, area);
  const news = { fromJournal, rebuilding };
  await storeAlert(db, after, "area", { ...news, before, proves: own.map(({ id }) => id) });
  const pointed = own.map((alert) => ({ ...alert, supersededBy: area.id, updatedMs: nowMs }));
  for (const [index, alert] of pointed.entries())
    await storeAlert(db, alert, "episode", { ...news, before: own[index] ?? null, proves: [] });
  return [after, ...pointed];
}

function areaAlert(
  { id, area, fromMs, toMs, silences }: AreaSilence,
  before: AlertView | null,
  nowMs: number,
  utcOffsetMin: number,
): AlertView {
  const sites = new Set(silences.map(({ site }) => site)).size;
  const since = localTime(fromMs, utcOffsetMin);
  const names = silences.slice(0, NAMED_MAX).map(({ site, gateway }) => `${site}/${gateway}`);
  const [list, more] = [names.join("、"), silences.length > NAMED_MAX];
  const reasons = silences
    .slice(0, LISTED_MAX)
    .flatMap((silence) => gatewaySilent(silence, utcOffsetMin).slice(-1));
  const changes = [
    { level: "blue" as const, atMs: fromMs, findingKey: id },
    ...(toMs === null ? [] : [{ level: "none" as const, atMs: toMs, findingKey: id }]),
  ];
  return {
    id,
    site: silences[0]?.site ?? "",
    class: "silence",
    level: "blue",
    currentLevel: toMs === null ? "blue" : "none",
    rule: "area-silent",
    ruleVersion: 1,
    eventMs: fromMs,
    raisedMs: before?.raisedMs ?? nowMs,
    updatedMs: nowMs,
    closedMs: toMs,
    provisional: false,
    withdrawnMs: null,
    supersededBy: null,
    late: false,
    sentence: {
      zh: `${area} ${sites} 个厂点的 ${silences.length} 台网关自 ${since} 起同时失联：${list}${more ? " 等" : ""}`,
      en: `${area}: ${silences.length} gateways of ${sites} sites silent together since ${since}: ${names.join(", ")}${more ? ", …" : ""}`,
    },
    reasons: reasons.map(toReasonView),
    history: revisedHistory(before?.history ?? [], changes, nowMs),
  };
}

/** The sites' own open alerts about nothing but these silences. */
async function alertsOfSites(db: Database, { silences }: AreaSilence): Promise<AlertView[]> {
  const found: AlertView[] = [];
  for (const { site, gateway, fromMs } of silences) {
    const alert = await loadAlert(db, `${site}:silence:${fromMs}`);
    const isAll = alert?.reasons.every(
      (reason) => reason.rule === "gateway-silent" && reason.gateway === gateway,
    );
    if (alert && isAll && alert.supersededBy === null && alert.withdrawnMs === null) found.push(alert);
  }
  return found;
}
