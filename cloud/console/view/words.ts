import type { Bilingual, ContactTrack, Level, ReasonView, Verdict } from "../../api/contract.ts";

export const VERDICT_WORDS: Readonly<Record<Verdict, Bilingual>> = {
  sealed: { zh: "封停", en: "Sealed" },
  signs: { zh: "有迹象", en: "Signs of activity" },
  restarted: { zh: "复产", en: "Restarted" },
  unknown: { zh: "不明", en: "Unknown" },
  learning: { zh: "学习中", en: "Learning" },
};

/** One sentence under the badge: what the verdict means for the officer. */
export const VERDICT_MEANING: Readonly<Record<Verdict, Bilingual>> = {
  sealed: { zh: "各路监测与停产常态一致", en: "every channel agrees with the sealed state" },
  signs: {
    zh: "有偏离常态的迹象，尚不足以判定复产",
    en: "something departs from normal, not yet proof of a restart",
  },
  restarted: {
    zh: "证据表明已恢复生产，请组织现场核查",
    en: "the evidence says production has resumed: send a visit",
  },
  unknown: { zh: "缺少可信读数，不能视为正常", en: "no trustworthy readings: not to be taken as normal" },
  learning: {
    zh: "正在学习停产常态，基线尚未经人确认",
    en: "learning the sealed state; no person has accepted the baseline yet",
  },
};

/** 监测提示等级: one character and its English name. */
export const LEVEL_WORDS: Readonly<Record<Level, Bilingual>> = {
  none: { zh: "无", en: "none" },
  blue: { zh: "蓝", en: "blue" },
  yellow: { zh: "黄", en: "yellow" },
  orange: { zh: "橙", en: "orange" },
  red: { zh: "红", en: "red" },
};

export const EVIDENCE_WORDS: Readonly<Record<ReasonView["evidence"], Bilingual>> = {
  power: { zh: "用电", en: "power" },
  seal: { zh: "封条", en: "seal" },
  door: { zh: "门", en: "door" },
  voc: { zh: "挥发物", en: "VOC" },
  water: { zh: "用水", en: "water" },
  tampering: { zh: "仪表被改动", en: "tampering" },
  silence: { zh: "失联", en: "silence" },
};

export const ROLE_WORDS: Readonly<Record<ContactTrack["role"], Bilingual>> = {
  door: { zh: "门", en: "door" },
  seal: { zh: "封条", en: "seal" },
  "mains-present": { zh: "市电", en: "mains" },
  other: { zh: "触点", en: "contact" },
};

const KIND_WORDS: Readonly<Record<string, Bilingual>> = {
  "active-power": { zh: "有功功率", en: "active power" },
  "reactive-power": { zh: "无功功率", en: "reactive power" },
  "apparent-power": { zh: "视在功率", en: "apparent power" },
  "power-factor": { zh: "功率因数", en: "power factor" },
  voltage: { zh: "电压", en: "voltage" },
  current: { zh: "电流", en: "current" },
  frequency: { zh: "频率", en: "frequency" },
  "energy-import": { zh: "用电量", en: "energy import" },
  "energy-export": { zh: "上网电量", en: "energy export" },
  contact: { zh: "触点", en: "contact" },
  voc: { zh: "挥发性有机物", en: "VOC" },
  co2: { zh: "二氧化碳", en: "CO₂" },
  temperature: { zh: "温度", en: "temperature" },
  humidity: { zh: "湿度", en: "humidity" },
  "loop-current": { zh: "回路电流", en: "loop current" },
  "seal-loop": { zh: "封条回路", en: "seal loop" },
  "water-volume": { zh: "用水量", en: "water volume" },
  "water-flow": { zh: "水流量", en: "water flow" },
  "supply-voltage": { zh: "供电电压", en: "supply voltage" },
  "battery-charge": { zh: "电池电量", en: "battery charge" },
  "ct-ratio": { zh: "电流互感器变比", en: "CT ratio" },
  "pt-ratio": { zh: "电压互感器变比", en: "PT ratio" },
  "serial-number": { zh: "表号", en: "serial number" },
  "device-clock": { zh: "设备时钟", en: "device clock" },
  "device-status": { zh: "设备状态", en: "device status" },
};

/** The words for a channel's kind; a kind this page does not know keeps its own name. */
export function kindWords(kind: string): Bilingual {
  return KIND_WORDS[kind] ?? { zh: kind, en: kind };
}

const QUALITY_WORDS: Readonly<Record<string, Bilingual>> = {
  "no-answer": { zh: "无应答", en: "no answer" },
  "bad-frame": { zh: "报文损坏", en: "bad frame" },
  "out-of-range": { zh: "超出量程", en: "out of range" },
  "not-present": { zh: "未安装", en: "not present" },
  stale: { zh: "数据陈旧", en: "stale" },
};

/** Why a reading cannot be believed; null when it can. */
export function qualityWords(quality: string): Bilingual | null {
  if (quality === "good") return null;
  const exception = /^exception\((\d+)\)$/.exec(quality)?.[1];
  if (exception !== undefined) return { zh: `设备异常码 ${exception}`, en: `device exception ${exception}` };
  return QUALITY_WORDS[quality] ?? { zh: `质量 ${quality}`, en: quality };
}
