import type { Bilingual } from "../api/contract.ts";
import type { VisitView } from "../api/visit-contract.ts";
import type { CaseSite } from "../cases/case-notification.ts";
import { localTime } from "../detect/local-time.ts";
import type { Notification } from "../notify/notification.ts";
import type { VisitKind } from "./visit-record.ts";

const KIND_WORDS: Readonly<Record<VisitKind, Bilingual>> = {
  check: { zh: "核查", en: "visit" },
  night: { zh: "突击夜查", en: "surprise night visit" },
  "re-check": { zh: "回头检查", en: "re-check" },
  supervision: { zh: "督导抽查", en: "supervision" },
};

/** What the persons of a visit are told: that they are sent, that it is nearly due, that it is overdue. Pure. */
export function visitNotification(
  stage: "assigned" | "due" | "overdue",
  visit: Pick<VisitView, "id" | "case" | "site" | "kind" | "dueMs" | "persons" | "note">,
  level: Notification["level"],
  { name, regionPath, utcOffsetMin }: CaseSite,
  nowMs: number,
): Notification {
  const due = localTime(visit.dueMs, utcOffsetMin, true);
  const { zh, en } = KIND_WORDS[visit.kind];
  const sentences: Readonly<Record<typeof stage, Bilingual>> = {
    assigned: { zh: `请于 ${due} 前完成${zh}。${visit.note}`, en: `${en} due ${due}. ${visit.note}` },
    due: { zh: `${zh}将于 ${due} 到期`, en: `${en} falls due ${due}` },
    overdue: { zh: `${zh}已逾期（${due}）`, en: `${en} is overdue (${due})` },
  };
  return {
    id: `${visit.id}:${stage}`,
    kind: "visit-assigned",
    level,
    ...{ case: visit.case, site: visit.site, siteName: name, regionPath, utcOffsetMin },
    to: { users: visit.persons.map(({ id }) => id) },
    ...{ eventMs: nowMs, raisedMs: nowMs, late: false, sentence: sentences[stage] },
  };
}
