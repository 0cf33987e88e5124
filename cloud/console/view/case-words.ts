import type { CaseDetail, CaseItem } from "../../api/case-contract.ts";
import type { Bilingual } from "../../api/contract.ts";

type State = CaseItem["state"];
type Verdict = NonNullable<CaseItem["verdict"]>;

export const STATE_WORDS: Readonly<Record<State, Bilingual>> = {
  new: { zh: "待通知", en: "new" },
  notified: { zh: "已通知", en: "notified" },
  acknowledged: { zh: "已确认", en: "acknowledged" },
  "visit-assigned": { zh: "已派查", en: "visit assigned" },
  visited: { zh: "已核查", en: "visited" },
  verdict: { zh: "已判定", en: "verdict" },
  closed: { zh: "已结案", en: "closed" },
};

export const CASE_VERDICT_WORDS: Readonly<Record<Verdict, Bilingual>> = {
  confirmed: { zh: "属实", en: "confirmed" },
  "false-alarm": { zh: "误报", en: "false alarm" },
  "device-fault": { zh: "设备故障", en: "device fault" },
  "permitted-work": { zh: "许可作业", en: "permitted work" },
};

const ACT_WORDS: Readonly<Record<string, Bilingual>> = {
  opened: { zh: "立单", en: "opened" },
  notified: { zh: "已通知值班人员", en: "duty officers told" },
  raised: { zh: "提示等级升高", en: "level raised" },
  lowered: { zh: "提示等级降低", en: "level lowered" },
  proven: { zh: "日志链已证实", en: "proven by the journal" },
  withdrawn: { zh: "急报撤回", en: "notice withdrawn" },
  joined: { zh: "并入后续急报", en: "a further notice joined" },
  ended: { zh: "现场迹象结束", en: "the signs ended" },
  resumed: { zh: "现场迹象再现", en: "the signs are back" },
  told: { zh: "重新发出通知", en: "told again" },
  acknowledged: { zh: "已确认收到", en: "acknowledged" },
  "visit-assigned": { zh: "派人核查", en: "visit assigned" },
  visited: { zh: "已到现场核查", en: "visited" },
  decided: { zh: "甄别判定", en: "verdict" },
  corrected: { zh: "更正判定", en: "verdict corrected" },
  closed: { zh: "结案", en: "closed" },
  noted: { zh: "备注", en: "note" },
  disposed: { zh: "处置", en: "disposition" },
  escalated: { zh: "逾期上报", en: "escalated" },
};

/** What an entry of a case's record says was done; an act that this page does not know yet, by its own name. */
export function actWords(act: string): Bilingual {
  return ACT_WORDS[act] ?? { zh: act, en: act };
}

/** What a person wrote or decided in an entry, in one line; empty where the act says it all. */
export function entryText({ detail }: Pick<CaseDetail["entries"][number], "detail">): string {
  const words = [detail["sentence"], detail["text"], detail["reason"]].filter(
    (text): text is string => typeof text === "string" && text !== "",
  );
  const verdict = detail["verdict"];
  const known = typeof verdict === "string" ? CASE_VERDICT_WORDS[verdict as Verdict]?.zh : undefined;
  return [...(known === undefined ? [] : [known]), ...words].join(" · ");
}

/** What somebody may do with a case now, by its state and their permissions. Pure. */
export function caseActs(
  { state, verdict }: Pick<CaseItem, "state" | "verdict">,
  permissions: readonly string[],
): ("acknowledge" | "decide" | "close")[] {
  const decides = permissions.includes("case.decide");
  const early = state === "new" || state === "notified";
  return [
    ...(early && permissions.includes("case.acknowledge") ? (["acknowledge"] as const) : []),
    ...(decides && !early && verdict === null && state !== "closed" ? (["decide"] as const) : []),
    ...(decides && state === "verdict" ? (["close"] as const) : []),
  ];
}
