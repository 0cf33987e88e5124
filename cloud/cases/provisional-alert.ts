import type { Notice } from "@sealwatch/protocols";
import type { AlertView, Bilingual } from "../api/contract.ts";
import { openEpisode, toEpisode } from "../detect/episode.ts";
import { foretoldFinding, tellsMainsLost } from "../detect/foretold-finding.ts";
import { localTime } from "../detect/local-time.ts";
import type { SiteContext } from "../detect/site-context.ts";
import { toAlert } from "./alert-book.ts";

/** The alert that a notice opens before the journal has brought its event, or null when the event is no news for people. Pure. */
export function provisionalAlert(
  notice: Notice,
  { id, eventMs, nowMs }: { id: string; eventMs: number; nowMs: number },
  site: SiteContext,
): AlertView | null {
  const facts = { nowMs, fromJournal: false, foretold: [] };
  const finding = foretoldFinding(notice, eventMs, site);
  if (finding) {
    const episode = toEpisode(site.site, openEpisode("restart", finding), null);
    return { ...toAlert(site.site, episode, null, facts), id, provisional: true };
  }
  if (!tellsMainsLost(notice)) return null;
  const sentence = mainsLost(notice, localTime(eventMs, site.utcOffsetMin));
  return { ...infoAlert(id, site.site, "mains-lost", sentence, eventMs, nowMs), provisional: true };
}

/** A blue alert that is no sign of a restart, but that a person should know. */
export function infoAlert(
  id: string,
  site: string,
  rule: string,
  sentence: Bilingual,
  eventMs: number,
  nowMs: number,
): AlertView {
  return {
    ...{ id, site, class: "info", level: "blue", currentLevel: "blue", rule, ruleVersion: 1 },
    ...{ eventMs, raisedMs: nowMs, updatedMs: nowMs, closedMs: null },
    ...{ provisional: false, withdrawnMs: null, supersededBy: null, late: false },
    sentence,
    reasons: [],
    history: [{ level: "blue", eventMs, recordedMs: nowMs, withdrawnMs: null }],
  };
}

function mainsLost({ gateway, channel, event }: Notice, at: string): Bilingual {
  const name = channel?.label || event.device || gateway;
  return {
    zh: `${name} 于 ${at} 失电：网关 ${gateway} 报告市电消失`,
    en: `mains lost at ${at}: gateway ${gateway} reports it (${channel?.point ?? "mains-present"})`,
  };
}
