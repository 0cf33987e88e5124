import type { Notification } from "./notification.ts";

/** An orange alert of an invented site, changed as a test wants it. */
export function notificationOf(change: Partial<Notification> = {}): Notification {
  return {
    id: "case-7/opened",
    kind: "case-opened",
    level: "orange",
    case: "case-7",
    site: "qingshi-dyes",
    siteName: { zh: "青石精细染化厂", en: "Qingshi Dyes" },
    regionPath: "yunxi/qingshi/",
    to: "duty",
    eventMs: Date.UTC(2026, 10, 21, 18, 10),
    raisedMs: Date.UTC(2026, 10, 21, 18, 12),
    late: false,
    sentence: {
      zh: "总进线功率升至 12.4 kW，常态 0.3 kW",
      en: "incomer power rose to 12.4 kW, normally 0.3 kW",
    },
    utcOffsetMin: 480,
    ...change,
  };
}
