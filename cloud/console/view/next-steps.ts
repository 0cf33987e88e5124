import type { AlertView, Bilingual } from "../../api/contract.ts";

const VISIT: Bilingual = {
  zh: "联系乡镇网格员，今日到现场核查：设备是否运转、电源与封条、拍照留证",
  en: "Ask the township grid member to visit today: machines, supply, seals, photographs",
};
const PERMIT: Bilingual = {
  zh: "核对该厂点有无已批准的作业许可（检修、清料）",
  en: "Check for an approved work permit (maintenance, emptying)",
};
const QUIET: Bilingual = { zh: "核查之前不通知企业", en: "Do not tell the firm before the visit" };
const LEADER: Bilingual = {
  zh: "红色：同时报告带班领导，并通知供电所复核线路",
  en: "Red: also report to the officer in charge and have the power station check the line",
};
const ATTEND: Bilingual = {
  zh: "联系网格员查看网关供电、天线与传感器接线；恢复之前不能视为正常",
  en: "Have the gateway's supply, antenna and sensor wiring looked at; until then nothing is known",
};
const UNPLUGGED: Bilingual = {
  zh: "询问供电所该线路是否停电，以排除人为断开",
  en: "Ask the power station about an outage, to rule out that it was unplugged",
};
const TAKEN_OFF: Bilingual = {
  zh: "查明是谁、为何把设备移出网关配置；重新列入，或核实后在本页确认现有设备",
  en: "Find out who took the device off the gateway's configuration, and why; list it again, or accept on this page what is left",
};

const AWAIT: Bilingual = {
  zh: "这是急报：等待签名日志送达核实；补到之前可先安排核查",
  en: "This is an early notice: the signed journal will confirm or withdraw it; a visit may be prepared meanwhile",
};
const KEEP_BOX: Bilingual = {
  zh: "派人查看网关：是否有克隆的存储卡或两台设备共用一把密钥；取证前勿断电重装",
  en: "Have the gateway looked at: a cloned card, or two boxes with one key; do not reinstall it before that is recorded",
};
const COMPARE: Bilingual = {
  zh: "导出该厂点证据包，两份签名记录均已保存",
  en: "Export the site's evidence: both signed records are kept",
};

/** What the duty officer does next, in order. */
export function nextSteps(alert: Pick<AlertView, "class" | "level" | "rule" | "provisional">): Bilingual[] {
  if (alert.rule === "journal-contradiction") return [KEEP_BOX, COMPARE];
  if (alert.class === "info") return [UNPLUGGED];
  if (alert.provisional) return [AWAIT, VISIT, QUIET];
  if (alert.rule === "device-removed") return [TAKEN_OFF, ATTEND];
  if (alert.class === "silence") return [ATTEND, UNPLUGGED];
  return alert.level === "red" ? [VISIT, LEADER, PERMIT, QUIET] : [VISIT, PERMIT, QUIET];
}
