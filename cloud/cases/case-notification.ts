import type { AlertView, Bilingual } from "../api/contract.ts";
import { localTime } from "../detect/local-time.ts";
import type { Notification } from "../notify/notification.ts";
import type { Escalation, Stage } from "./case-deadlines.ts";
import type { CaseFacts } from "./case-facts.ts";

/** What people call a site, and its clock. */
export interface CaseSite {
  readonly name: Bilingual;
  readonly address: string;
  readonly regionPath: string;
  readonly utcOffsetMin: number;
}

const SENTENCE_MAX_CHARS = 900;

/** What the duty is told when a case is opened, rises or is withdrawn. Pure; the same fact makes the same id. */
export function caseNotification(
  kind: "case-opened" | "case-raised" | "case-withdrawn",
  facts: CaseFacts,
  alert: Pick<AlertView, "sentence" | "eventMs" | "late">,
  site: CaseSite,
  nowMs: number,
): Notification {
  const distinct = kind === "case-raised" ? `:${facts.level}:${facts.sinceMs}` : "";
  return {
    ...shared(facts, site),
    id: `${facts.id}:${kind}${distinct}`,
    kind,
    to: "duty",
    eventMs: alert.eventMs,
    raisedMs: nowMs,
    late: alert.late,
    sentence: cut(alert.late ? told(alert, site, nowMs) : alert.sentence),
  };
}

const WAITS: Readonly<Record<Stage, Bilingual>> = {
  acknowledge: { zh: "无人确认", en: "nobody acknowledged it" },
  assign: { zh: "未派人核查", en: "nobody was sent to look" },
  visit: { zh: "核查未完成", en: "the visit is not recorded" },
  decide: { zh: "未作判定", en: "there is no verdict" },
};

/** What the duty of a region is told when a deadline was missed. Pure. */
export function escalationNotification(
  facts: CaseFacts,
  { key, stage, stepsUp, dueMs, regionPath }: Escalation,
  sentence: Bilingual,
  site: CaseSite,
  nowMs: number,
): Notification {
  const due = localTime(dueMs, site.utcOffsetMin, true);
  const { zh, en } = WAITS[stage];
  return {
    ...shared(facts, site),
    id: `${facts.id}:escalated:${key}`,
    kind: stepsUp === 0 ? "case-overdue" : "case-escalated",
    regionPath,
    to: "duty",
    eventMs: facts.eventMs,
    raisedMs: nowMs,
    late: facts.late,
    sentence: cut({
      zh: `${zh}（时限 ${due}）：${sentence.zh}`,
      en: `${en} (due ${due}): ${sentence.en}`,
    }),
  };
}

function shared({ id, level, site }: CaseFacts, { name, regionPath, utcOffsetMin }: CaseSite) {
  return { level, case: id, site, siteName: name, regionPath, utcOffsetMin };
}

/** Both times: when it happened, and when the records came. */
function told(
  { sentence, eventMs }: Pick<AlertView, "sentence" | "eventMs">,
  { utcOffsetMin }: CaseSite,
  nowMs: number,
): Bilingual {
  const [event, known] = [eventMs, nowMs].map((atMs) => localTime(atMs, utcOffsetMin, true));
  return {
    zh: `迟到记录（发生 ${event}，获知 ${known}）：${sentence.zh}`,
    en: `late record (happened ${event}, known ${known}): ${sentence.en}`,
  };
}

function cut({ zh, en }: Bilingual): Bilingual {
  return { zh: zh.slice(0, SENTENCE_MAX_CHARS), en: en.slice(0, SENTENCE_MAX_CHARS) };
}
