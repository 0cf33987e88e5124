import type { Clock } from "@sealwatch/platform";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Database } from "../store/database.ts";
import { ACK_PAGE_POLICY, type AckPage, ackPageHtml, type LinkedAlert } from "./ack-page-html.ts";
import { type AcknowledgeClaim, readClaim, tokenHash } from "./acknowledge-link.ts";

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
  /** What a case is about; null: not known. */
  readonly alertOf: (db: Database, caseId: string) => Promise<LinkedAlert | null>;
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

const INVALID: AckPage = { status: 404, zh: "此链接无效。", en: "This link is not valid." };
const EXPIRED: AckPage = {
  status: 410,
  zh: "此链接已过期。请登录系统处理。",
  en: "This link has expired. Sign in to act on the case.",
};
const ASKED: AckPage = {
  status: 200,
  zh: "按下按钮即确认您已收到此告警，并记入处置单；只打开本页不会确认。",
  en: "Pressing the button acknowledges the alert, on record. Opening this page does not.",
};
const DONE: AckPage = { status: 200, zh: "已确认收到。", en: "Acknowledged. Thank you." };
const ALREADY: AckPage = { status: 200, zh: "此前已确认，无需再次操作。", en: "It was acknowledged before." };
const CLOSED: AckPage = { status: 409, zh: "此事已结案。", en: "The case is closed." };
const REFUSED: AckPage = {
  status: 403,
  zh: "您现在无权确认此事。请登录系统查看。",
  en: "You may not acknowledge this case now. Sign in to see why.",
};

async function show(
  { db, clock, key, alertOf }: AcknowledgePageDependencies,
  token: string,
): Promise<AckPage> {
  const claim = readClaim(token, key);
  if (!claim) return INVALID;
  const used = await isUsed(db, token);
  if (!used && clock.wallMs() > claim.expiresMs) return EXPIRED;
  const alert = await alertOf(db, claim.case);
  return used ? { ...ALREADY, alert } : { ...ASKED, alert, mayAct: true };
}

async function act(deps: AcknowledgePageDependencies, token: string): Promise<AckPage> {
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
  const alert =
    outcome === "acknowledged" || outcome === "already" ? await deps.alertOf(deps.db, claim.case) : null;
  const pages = { acknowledged: DONE, already: ALREADY, expired: EXPIRED, closed: CLOSED, refused: REFUSED };
  return { ...pages[outcome], alert };
}

async function isUsed(db: Database, token: string): Promise<boolean> {
  const row = await db
    .selectFrom("acknowledge_link")
    .select("used_ms")
    .where("token_hash", "=", tokenHash(token))
    .executeTakeFirst();
  return row !== undefined;
}

function tokenOf(params: unknown): string {
  return (params as { "*"?: string })["*"] ?? "";
}

function answer(reply: FastifyReply, page: AckPage): FastifyReply {
  return reply
    .status(page.status)
    .headers({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-robots-tag": "noindex",
      "x-content-type-options": "nosniff",
      "content-security-policy": ACK_PAGE_POLICY,
    })
    .send(ackPageHtml(page));
}
