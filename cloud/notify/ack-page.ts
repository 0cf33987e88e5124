import { createHash } from "node:crypto";
import type { Clock } from "@sealwatch/platform";
import type { FastifyInstance, FastifyReply } from "fastify";
import { localTime } from "../detect/local-time.ts";
import type { Database } from "../store/database.ts";
import { type AcknowledgeClaim, readClaim, tokenHash } from "./acknowledge-link.ts";
import { notificationSchema } from "./notification.ts";

/** What the case says to an acknowledgement: `closed` when nobody needs it any more, `refused` when this user may not. */
export type AcknowledgeOutcome = "acknowledged" | "already" | "closed" | "refused";

/** Acknowledges a case in the given transaction, for a user who came by a personal link. Idempotent. */
export type Acknowledge = (
  tx: Database,
  claim: Pick<AcknowledgeClaim, "case" | "user">,
  viaLink: { readonly tokenHash: string },
  nowMs: number,
) => Promise<AcknowledgeOutcome>;

export interface AcknowledgePageDependencies {
  readonly db: Database;
  readonly clock: Clock;
  readonly key: Uint8Array;
  readonly acknowledge: Acknowledge;
  /** Told after the commit. */
  readonly onAcknowledged?: (caseId: string) => void;
}

/** A form without fields: its body is nothing, or close to it. */
const BODY_MAX_BYTES = 1_024;

/** GET /a/{token} shows, POST acts: chats fetch links to preview them. */
export function registerAcknowledgePage(app: FastifyInstance, deps: AcknowledgePageDependencies): void {
  void app.register(async (scope) => {
    scope.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: BODY_MAX_BYTES },
      (_request, _body, done) => done(null, null),
    );
    scope.get("/a/*", async (request, reply) => answer(reply, await show(deps, tokenOf(request.params))));
    scope.post("/a/*", async (request, reply) => answer(reply, await act(deps, tokenOf(request.params))));
  });
}

interface Page {
  readonly status: number;
  readonly zh: string;
  readonly en: string;
  /** What it is about; nothing for strangers. */
  readonly about?: readonly string[];
  readonly mayAct?: boolean;
}

const INVALID: Page = { status: 404, zh: "此链接无效。", en: "This link is not valid." };
const EXPIRED: Page = {
  status: 410,
  zh: "此链接已过期。请登录系统处理。",
  en: "This link has expired. Sign in to act on the case.",
};
const DONE: Page = { status: 200, zh: "已确认收到。", en: "Acknowledged. Thank you." };
const ALREADY: Page = { status: 200, zh: "此前已确认，无需再次操作。", en: "It was acknowledged before." };
const CLOSED: Page = { status: 409, zh: "此事已结案。", en: "The case is closed." };
const REFUSED: Page = {
  status: 403,
  zh: "您现在无权确认此事。请登录系统查看。",
  en: "You may not acknowledge this case now. Sign in to see why.",
};

async function show({ db, clock, key }: AcknowledgePageDependencies, token: string): Promise<Page> {
  const claim = readClaim(token, key);
  if (!claim) return INVALID;
  const about = await aboutCase(db, claim.case);
  if (await isUsed(db, token)) return { ...ALREADY, about };
  if (clock.wallMs() > claim.expiresMs) return EXPIRED;
  return {
    status: 200,
    zh: "请确认您已收到此提示。",
    en: "Confirm that you received this.",
    about,
    mayAct: true,
  };
}

async function act(deps: AcknowledgePageDependencies, token: string): Promise<Page> {
  const claim = readClaim(token, deps.key);
  if (!claim) return INVALID;
  const nowMs = deps.clock.wallMs();
  const outcome = await deps.db.transaction().execute(async (tx): Promise<AcknowledgeOutcome | "expired"> => {
    if (await isUsed(tx, token)) return "already";
    if (nowMs > claim.expiresMs) return "expired";
    const hash = tokenHash(token);
    const told = await deps.acknowledge(tx, claim, { tokenHash: hash }, nowMs);
    if (told === "acknowledged" || told === "already") {
      const row = { token_hash: hash, case_id: claim.case, person: claim.user, used_ms: nowMs };
      await tx.insertInto("acknowledge_link").values(row).execute();
    }
    return told;
  });
  if (outcome === "acknowledged") deps.onAcknowledged?.(claim.case);
  const pages = { acknowledged: DONE, already: ALREADY, expired: EXPIRED, closed: CLOSED, refused: REFUSED };
  return pages[outcome];
}

async function isUsed(db: Database, token: string): Promise<boolean> {
  const row = await db
    .selectFrom("acknowledge_link")
    .select("used_ms")
    .where("token_hash", "=", tokenHash(token))
    .executeTakeFirst();
  return row !== undefined;
}

/** The newest that was told of a case: what the holder of the link was sent. */
async function aboutCase(db: Database, id: string): Promise<string[]> {
  const row = await db
    .selectFrom("notification")
    .select("notification_json")
    .where("case_id", "=", id)
    .orderBy("ord", "desc")
    .limit(1)
    .executeTakeFirst();
  if (!row) return [];
  const { siteName, sentence, eventMs, utcOffsetMin } = notificationSchema.parse(
    JSON.parse(row.notification_json),
  );
  const at = localTime(eventMs, utcOffsetMin, true);
  return [...(siteName ? [`${siteName.zh} ${siteName.en}`] : []), `${at} ${sentence.zh}`, sentence.en];
}

function tokenOf(params: unknown): string {
  return (params as { "*"?: string })["*"] ?? "";
}

const STYLE = `body{font:18px/1.6 system-ui,sans-serif;max-width:32rem;margin:0 auto;padding:1.5rem;color:#111;background:#fff}
h1{font-size:1.2rem}p{margin:.6rem 0}.en{color:#555;font-size:.9em}
button{font:inherit;width:100%;min-height:3.5rem;border:0;border-radius:.5rem;background:#0a5;color:#fff}`;
const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

function answer(reply: FastifyReply, page: Page): FastifyReply {
  return reply
    .status(page.status)
    .headers({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-robots-tag": "noindex",
      "x-content-type-options": "nosniff",
      "content-security-policy": `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    })
    .send(html(page));
}

function html({ zh, en, about = [], mayAct = false }: Page): string {
  const facts = about.map((line) => `<p>${escapeHtml(line)}</p>`).join("");
  const form = mayAct ? '<form method="post"><button>确认收到 Acknowledge</button></form>' : "";
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>封哨 Sealwatch</title><style>${STYLE}</style></head><body><h1>封哨 Sealwatch</h1>${facts}<p>${zh}</p><p class="en" lang="en">${en}</p>${form}</body></html>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
