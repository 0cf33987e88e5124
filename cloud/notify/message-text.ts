import { createHash } from "node:crypto";
import type { Level } from "../detect/episode-level.ts";
import { localTime } from "../detect/local-time.ts";
import type { Notification } from "./notification.ts";
import { messageLevel, type OutgoingMessage } from "./outgoing-message.ts";

/** 监测提示等级 in words. */
export const LEVEL_WORDS: Readonly<Record<Level, { zh: string; en: string }>> = {
  none: { zh: "通知", en: "notice" },
  blue: { zh: "蓝色提示", en: "blue" },
  yellow: { zh: "黄色提示", en: "yellow" },
  orange: { zh: "橙色提示", en: "orange" },
  red: { zh: "红色提示", en: "red" },
};

const KIND_WORDS: Readonly<Record<Notification["kind"], { zh: string; en: string }>> = {
  "case-opened": { zh: "新告警", en: "new alert" },
  "case-raised": { zh: "等级升高", en: "level raised" },
  "case-escalated": { zh: "上报", en: "escalated" },
  "case-overdue": { zh: "处置超时", en: "overdue" },
  "case-withdrawn": { zh: "告警撤回", en: "withdrawn" },
  "permit-ending": { zh: "许可将到期", en: "permit ending" },
  "measure-overdue": { zh: "措施逾期", en: "measure overdue" },
  "visit-assigned": { zh: "核查任务", en: "visit assigned" },
  "alarm-path-silent": { zh: "告警通道静默", en: "alert path silent" },
  test: { zh: "测试", en: "test" },
};

/** The words of a message, before a channel gives them its form. Plain text: no markup, one line each. */
export interface MessageText {
  /** `【封哨·红色提示】新告警：青石精细染化厂` */
  readonly title: string;
  readonly lines: readonly string[];
  readonly linkText: string;
  /** Eight characters that tell a repeat from news. */
  readonly reference: string;
}

/** Puts a message into words, Chinese first. Pure. */
export function messageText(message: OutgoingMessage): MessageText {
  const { notifications, link } = message;
  const [first] = notifications;
  return {
    title:
      notifications.length === 1 ? titleOf(first) : digestTitle(messageLevel(message), notifications.length),
    lines: notifications.length === 1 ? linesOf(first) : notifications.map(digestLine),
    linkText: link?.acknowledges ? "确认收到 Acknowledge" : "查看 Open",
    reference: referenceOf(message.key),
  };
}

/** Everything in one line, for short messages and voices; `zh` only. */
export function spokenText({ notifications }: Pick<OutgoingMessage, "notifications">): string {
  const [first] = notifications;
  if (notifications.length > 1) return digestTitle(messageLevel({ notifications }), notifications.length);
  const at = localTime(first.eventMs, first.utcOffsetMin, true);
  return plain(`${titleOf(first)}，${at}，${first.sentence.zh}`);
}

/** The first of a hash over the key. */
function referenceOf(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 8);
}

function titleOf({ level, kind, siteName }: Notification): string {
  const site = siteName ? `：${siteName.zh}` : "";
  return plain(`【封哨·${LEVEL_WORDS[level].zh}】${KIND_WORDS[kind].zh}${site}`);
}

function linesOf(notification: Notification): string[] {
  const { sentence, eventMs, raisedMs, late, utcOffsetMin, level, kind, siteName } = notification;
  const happened = localTime(eventMs, utcOffsetMin, true);
  const known = late ? `，获知 ${localTime(raisedMs, utcOffsetMin, true)}` : "";
  const english = [KIND_WORDS[kind].en, LEVEL_WORDS[level].en, siteName?.en].filter(Boolean).join(", ");
  return [sentence.zh, `发生 ${happened}${known}`, `${english}: ${sentence.en}`].map(plain);
}

function digestTitle(level: Level, count: number): string {
  return `【封哨·汇总】${count} 条提示，最高${LEVEL_WORDS[level].zh} / ${count} notices`;
}

const DIGEST_LINE_MAX_CHARS = 60;

function digestLine({ level, kind, siteName, eventMs, utcOffsetMin, sentence }: Notification): string {
  const at = localTime(eventMs, utcOffsetMin, true);
  const what = siteName ? `${siteName.zh} ${KIND_WORDS[kind].zh}` : sentence.zh;
  return plain(`${at} ${LEVEL_WORDS[level].zh} ${what}`).slice(0, DIGEST_LINE_MAX_CHARS);
}

/** One line: names and sentences hold what people typed. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\s]+/gu, " ").trim();
}

/** Markup of the robots' Markdown in what people typed becomes its full-width twin. */
export function withoutMarkup(text: string): string {
  return text.replace(/[<>[\]()`*_#~|\\!]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));
}

/** Cuts at a character so that it takes at most `maxBytes` of UTF-8, and says so. */
export function cutToBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const mark = "…";
  let bytes = Buffer.byteLength(mark);
  let kept = "";
  for (const char of text) {
    bytes += Buffer.byteLength(char);
    if (bytes > maxBytes) break;
    kept += char;
  }
  return kept + mark;
}
