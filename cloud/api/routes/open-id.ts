import { z } from "zod";
import { findAccountByOidc } from "../../access/account-book.ts";
import type { OpenIdPerson } from "../../access/open-id.ts";
import { openSession } from "../../access/session-book.ts";
import { cloudError } from "../../errors.ts";
import type { Database } from "../../store/database.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { ANSWERED, CommittedFailure, defineRoute, type Route } from "../route.ts";
import { giveCookie } from "../session-cookie.ts";

const ATTEMPT_COOKIE = "sealwatch_openid";
const ATTEMPT_LIFE_S = 600;
const BACK_PATH = "/session/openid/back";

/** Signing in at the county's own provider; none of these is there where none is configured. */
export function openIdRoutes({ openId, secureCookies }: ApiDependencies): Route[] {
  if (!openId) return [];
  const begin = defineRoute({
    method: "GET",
    path: "/session/openid",
    guard: "anyone",
    summary: "Goes to the OpenID provider and comes back signed in.",
    answerType: "text/html",
    unaudited: true,
    handle: async ({ reply }) => {
      const { url, attempt } = await openId.begin();
      reply.setCookie(ATTEMPT_COOKIE, attempt, {
        ...{ path: "/api/v1/session/openid", httpOnly: true, sameSite: "lax" },
        ...{ secure: secureCookies, maxAge: ATTEMPT_LIFE_S },
      });
      reply.redirect(url, 302);
      return ANSWERED;
    },
  });
  const back = defineRoute({
    method: "GET",
    path: BACK_PATH,
    guard: "anyone",
    summary: "Where the OpenID provider sends the browser back to.",
    answerType: "text/html",
    acts: true,
    query: z.looseObject({}),
    prepare: ({ request }) => {
      const search = request.url.includes("?") ? request.url.slice(request.url.indexOf("?")) : "";
      return openId.finish(search, request.cookies[ATTEMPT_COOKIE] ?? "");
    },
    handle: async ({ db, prepared, nowMs, reply, audit }) => {
      const account = await accountOf(db, prepared);
      const subject = account ? `user:${account.id}` : "user:unknown";
      const refused = !account || account.disabledMs !== null;
      await audit({ action: refused ? "session.refuse" : "session.open", subject, regionPath: "" });
      if (refused) return new CommittedFailure(cloudError("OPENID_UNKNOWN"));
      const { secret } = await openSession(db, account.id, nowMs);
      giveCookie(reply, secret, secureCookies);
      reply.clearCookie(ATTEMPT_COOKIE, { path: "/api/v1/session/openid" });
      reply.redirect("/", 302);
      return ANSWERED;
    },
  });
  return [begin, back];
}

/** The account that is bound to the subject; at the first time, the one unbound account that has the verified address. */
async function accountOf(db: Database, { subject, email }: OpenIdPerson) {
  const bound = await findAccountByOidc(db, subject);
  if (bound || email === null) return bound;
  const rows = await db
    .selectFrom("account")
    .select("id")
    .where("email", "=", email)
    .where("oidc_subject", "is", null)
    .limit(2)
    .execute();
  const [only, second] = rows;
  if (!only || second) return null;
  // Whoever the provider vouches for needs no password of ours to choose.
  await db
    .updateTable("account")
    .set({ oidc_subject: subject, must_change: 0 })
    .where("id", "=", only.id)
    .execute();
  return findAccountByOidc(db, subject);
}
