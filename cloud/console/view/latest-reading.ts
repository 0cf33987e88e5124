import type { Bilingual, ChannelView } from "../../api/contract.ts";
import { type Quantity, quantity } from "./quantity.ts";
import { kindWords, qualityWords, ROLE_WORDS } from "./words.ts";

/** A channel's newest reading as words: `tone` says how it may look, `note` why it is not simply good. */
export interface LatestReading {
  readonly tone: "good" | "abnormal" | "unknown";
  readonly value: Quantity | Bilingual | null;
  readonly note: Bilingual | null;
}

/** Readings older than this no longer speak for the present. */
const OLD_READING_MS = 15 * 60_000;

/** Words for a channel's newest reading, seen at `nowMs`. */
export function latestReading(channel: ChannelView, nowMs: number): LatestReading {
  const latest = channel.latest;
  if (latest === null)
    return { tone: "unknown", value: null, note: { zh: "尚无读数", en: "no reading yet" } };
  const fault = qualityWords(latest.quality);
  if (latest.value === null) {
    return { tone: "unknown", value: null, note: fault ?? { zh: "无数值", en: "no value" } };
  }
  const isOld = nowMs - latest.atMs > OLD_READING_MS;
  const old: Bilingual | null = isOld ? { zh: "旧读数", en: "old reading" } : null;
  if (channel.contact === null) {
    const tone = isOld || fault !== null ? "unknown" : "good";
    return { tone, value: quantity(latest.value, channel.unit), note: fault ?? old };
  }
  const isNormal = latest.value === channel.contact.normal;
  const note = fault ?? old ?? (isNormal ? { zh: "正常", en: "normal" } : { zh: "异常", en: "abnormal" });
  return {
    tone: fault !== null || isOld ? "unknown" : isNormal ? "good" : "abnormal",
    value: contactPosition(channel.contact.role, latest.value),
    note,
  };
}

/** By position; a plain seal contact knows the first two only. */
const SEAL_WORDS: readonly Bilingual[] = [
  { zh: "断开", en: "open" },
  { zh: "完好", en: "intact" },
  { zh: "剪断", en: "cut" },
  { zh: "短接", en: "shorted" },
];

/** What people call a contact's position: 1 closed, 0 open, and of a supervised seal 2 cut, 3 shorted. */
export function contactPosition(role: keyof typeof ROLE_WORDS, value: number): Bilingual {
  if (role === "mains-present") {
    return value === 1 ? { zh: "有电", en: "present" } : { zh: "无电", en: "absent" };
  }
  if (role === "seal") return SEAL_WORDS[value] ?? { zh: "断开", en: "open" };
  return value === 1 ? { zh: "关闭", en: "closed" } : { zh: "打开", en: "open" };
}

/** What a channel is called: its label, else what it measures and on which phase. */
export function channelName(channel: Pick<ChannelView, "label" | "kind" | "phase" | "contact">): Bilingual {
  const words = channel.contact === null ? kindWords(channel.kind) : ROLE_WORDS[channel.contact.role];
  const phase = channel.phase === null ? "" : channel.phase === "total" ? "total" : channel.phase;
  const en = phase === "" ? words.en : `${words.en} ${phase}`;
  if (channel.label !== "") return { zh: channel.label, en };
  return { zh: phase === "" ? words.zh : `${words.zh} ${phase === "total" ? "总" : phase}`, en };
}
