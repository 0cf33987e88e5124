import type { FastifyReply, FastifyRequest } from "fastify";
import type { ValidSession } from "../access/session-book.ts";

export const SESSION_COOKIE = "sealwatch_session";
/** As long as a session may live at most. */
const MAX_AGE_S = 7 * 86_400;

/** Which session a request came by; forgotten with the request. */
export class RequestSessions {
  readonly #sessions = new WeakMap<FastifyRequest, ValidSession>();

  set(request: FastifyRequest, session: ValidSession | null): void {
    if (session) this.#sessions.set(request, session);
  }

  of(request: FastifyRequest): ValidSession | null {
    return this.#sessions.get(request) ?? null;
  }
}

/** Hands the session's secret to the browser; scripts cannot read it, and other sites' forms do not send it. */
export function giveCookie(reply: FastifyReply, secret: string, secure: boolean): void {
  reply.setCookie(SESSION_COOKIE, secret, {
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure,
    maxAge: MAX_AGE_S,
  });
}

export function takeCookie(reply: FastifyReply): void {
  reply.clearCookie(SESSION_COOKIE, { path: "/" });
}
