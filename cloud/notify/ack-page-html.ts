import { createHash } from "node:crypto";
import { escapeMarkup } from "@sealwatch/platform";
import type { Bilingual } from "../api/contract.ts";
import type { Level } from "../detect/episode-level.ts";
import { localTime } from "../detect/local-time.ts";
import { LEVEL_WORDS } from "./message-text.ts";

/** What the holder of a link is told of the alert behind it. Times are UTC milliseconds. */
export interface LinkedAlert {
  readonly level: Level;
  /** True while only an early notice says so. */
  readonly provisional: boolean;
  readonly siteName: Bilingual;
  readonly sinceMs: number;
  /** Null: it goes on. */
  readonly endedMs: number | null;
  readonly reason: Bilingual;
  readonly utcOffsetMin: number;
}

/** What the page says. */
export interface AckPage {
  readonly status: number;
  readonly zh: string;
  readonly en: string;
  /** What it is about; nothing for strangers. */
  readonly alert?: LinkedAlert | null;
  readonly mayAct?: boolean;
}

const STYLE = `body{font:18px/1.6 system-ui,sans-serif;max-width:32rem;margin:0 auto;padding:1rem 1.25rem 2rem;color:#17211d;background:#fff;overflow-wrap:anywhere}
header{color:#5a6863;font-size:.85rem;margin-bottom:.5rem}p{margin:.5rem 0}
.level{border-radius:.5rem;padding:.5rem .9rem;font-size:1.35rem;font-weight:700;color:#fff;background:#5a6863}.level small{font-weight:400;font-size:.9rem;margin-left:.5rem}
.red{background:#c2142c}.orange{background:#b94f05}.yellow{background:#f0c330;color:#2b2100}.blue{background:#1c64b4}
h1{font-size:1.35rem;line-height:1.35;margin:.9rem 0 0}.en{color:#5a6863;font-size:.9rem}h1+.en,.reason+.en{margin-top:0}
.reason{margin:.9rem 0 0}.told{border-top:1px solid #dfe3df;padding-top:.9rem;margin-top:1.1rem}
button{font:inherit;font-weight:700;width:100%;min-height:3.5rem;margin-top:.6rem;border:0;border-radius:.5rem;background:#0f6b5c;color:#fff}`;
const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

/** Nothing on the page runs, loads or may be framed; its one form goes back to its own address. */
export const ACK_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

/** The page as HTML. Pure. */
export function ackPageHtml({ zh, en, alert = null, mayAct = false }: AckPage): string {
  const form = mayAct ? '<form method="post"><button>确认收到 Acknowledge</button></form>' : "";
  const told = `<p class="told">${zh}</p><p class="en" lang="en">${en}</p>`;
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>封哨 Sealwatch</title><style>${STYLE}</style></head><body><header>封哨 Sealwatch</header>${alert ? alertHtml(alert) : ""}${told}${form}</body></html>`;
}

function alertHtml({ level, provisional, siteName, reason, ...span }: LinkedAlert): string {
  const word = LEVEL_WORDS[level];
  const [zh, en] = provisional ? ["（待核实）", ", unverified"] : ["", ""];
  return [
    `<div class="level ${level}">${word.zh}${zh}<small lang="en">${word.en}${en}</small></div>`,
    `<h1>${escapeMarkup(siteName.zh)}</h1><p class="en" lang="en">${escapeMarkup(siteName.en)}</p>`,
    `<p>${spanHtml(span)}</p>`,
    `<p class="reason">${escapeMarkup(reason.zh)}</p><p class="en" lang="en">${escapeMarkup(reason.en)}</p>`,
  ].join("");
}

function spanHtml(span: Pick<LinkedAlert, "sinceMs" | "endedMs" | "utcOffsetMin">): string {
  const { sinceMs, endedMs, utcOffsetMin } = span;
  const since = localTime(sinceMs, utcOffsetMin, true);
  if (endedMs === null) return `自 ${since} 起 <span class="en" lang="en">since ${since}</span>`;
  const ended = localTime(endedMs, utcOffsetMin, true);
  return `自 ${since} 起，至 ${ended} 止 <span class="en" lang="en">from ${since} to ${ended}</span>`;
}
