import type { IncomingHttpHeaders } from "node:http";
import { cloudError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { actorOf, findAccount } from "./account-book.ts";
import type { Actor } from "./actor.ts";
import { findSession, type ValidSession } from "./session-book.ts";
import { findToken } from "./token-book.ts";

/** Who a request comes from, and by which session if by one. */
export interface Identified {
  readonly actor: Actor;
  readonly session: ValidSession | null;
}

/** What a request shows of its sender. */
export interface Shown {
  readonly headers: IncomingHttpHeaders;
  readonly cookie: string | undefined;
  readonly unsafe: boolean;
}

/** Finds out who asks: a bearer token, else a session's cookie. Null: nobody. Throws SIGN_IN_NEEDED for a token that is not valid, or CSRF_REFUSED. */
export async function identify(db: Database, shown: Shown, nowMs: number): Promise<Identified | null> {
  const [, bearer] = /^Bearer (\S{1,200})$/.exec(shown.headers.authorization ?? "") ?? [];
  if (bearer !== undefined) {
    const token = await findToken(db, bearer, nowMs);
    const account = token && (await findAccount(db, token.account));
    if (!account || account.disabledMs !== null) throw cloudError("SIGN_IN_NEEDED");
    return { actor: actorOf(account, "token", token.scope), session: null };
  }
  const session = shown.cookie === undefined ? null : await findSession(db, shown.cookie, nowMs);
  const account = session && (await findAccount(db, session.account));
  if (!account || account.disabledMs !== null) return null;
  if (shown.unsafe) refuseForeign(shown.headers, session.csrf);
  return { actor: actorOf(account, "session"), session };
}

/**
 * A browser sends the cookie with requests that other pages make, too: what changes something must come from this origin
 * (Sec-Fetch-Site, W3C Fetch Metadata) and carry the session's token, which other pages cannot read. Throws CSRF_REFUSED.
 */
function refuseForeign(headers: IncomingHttpHeaders, csrf: string): void {
  const from = headers["sec-fetch-site"];
  if (from !== undefined && from !== "same-origin" && from !== "none") throw cloudError("CSRF_REFUSED");
  if (headers["x-csrf-token"] !== csrf) throw cloudError("CSRF_REFUSED");
}
