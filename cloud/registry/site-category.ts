/** What kind of place a closed site is, as the notices name them. */
export const SITE_CATEGORIES = {
  "exited-company": { zh: "已退出企业", en: "exited company" },
  banned: { zh: "取缔", en: "banned workshop" },
  "idle-line": { zh: "闲置生产线", en: "idle production line" },
  "formerly-engaged": { zh: "曾经从事", en: "formerly engaged in production" },
  "disused-farm": { zh: "废弃养殖场", en: "disused livestock farm" },
  dwelling: { zh: "民房", en: "dwelling" },
  "brick-kiln": { zh: "砖瓦厂", en: "brick kiln" },
  other: { zh: "其他", en: "other" },
} as const;

export type SiteCategory = keyof typeof SITE_CATEGORIES;
export const CATEGORY_NAMES = Object.keys(SITE_CATEGORIES) as [SiteCategory, ...SiteCategory[]];

/** 在管: watched. 销号: struck off, kept for the record. */
export const SITE_STATES = ["watched", "struck-off"] as const;
export type SiteState = (typeof SITE_STATES)[number];
