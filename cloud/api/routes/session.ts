import { z } from "zod";
import { findAccount, noteSignIn } from "../../access/account-book.ts";
import type { Actor } from "../../access/actor.ts";
import { reach } from "../../access/actor.ts";
import { acceptTotp, newTotpSecret, totpUri } from "../../access/one-time-code.ts";
import { PASSWORD_MAX_CHARS } from "../../access/password.ts";
import { PERMISSION_NAMES } from "../../access/policy.ts";
import { endSession, openSession } from "../../access/session-book.ts";
import { changePassword, signIn } from "../../access/sign-in.ts";
import { cloudError } from "../../errors.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { meSchema } from "../contract.ts";
import { type Call, CommittedFailure, defineRoute, type Route } from "../route.ts";
import { giveCookie, takeCookie } from "../session-cookie.ts";

const password = z.string().min(1).max(PASSWORD_MAX_CHARS);
const code = z.string().regex(/^\d{6}$/, "write the six digits");

/** Signing in and out, and what people change about themselves. */
export function sessionRoutes({ sessions, secureCookies }: ApiDependencies): Route[] {
  const subjectOf = (actor: Actor) => `user:${actor.id}`;
  const signInRoute = defineRoute({
    method: "POST",
    path: "/session",
    guard: "anyone",
    summary: "Sign in by name and password, with a one-time code where the user has set one up.",
    body: z.strictObject({ name: z.string().min(1).max(60), password, code: code.nullable().default(null) }),
    answer: meSchema,
    handle: async ({ db, body, nowMs, reply, audit }) => {
      const { account, failure } = await signIn(db, body, nowMs);
      // What was typed as a name may be a password: only names that exist are recorded.
      const subject = account ? `user:${account.id}` : "user:unknown";
      await audit({ action: failure ? "session.refuse" : "session.open", subject, regionPath: "" });
      if (failure) return new CommittedFailure(failure);
      const { secret, csrf } = await openSession(db, account.id, nowMs);
      giveCookie(reply, secret, secureCookies);
      const { id, displayName: name, grants, mustChangePassword } = account;
      return viewMe({ id, name, via: "session", grants, scope: null, mustChangePassword }, csrf);
    },
  });
  const me = defineRoute({
    method: "GET",
    path: "/session",
    guard: "signed-in",
    summary: "Who is signed in, and what they may do.",
    answer: meSchema,
    handle: ({ actor, request }) => viewMe(actor, sessions.of(request)?.csrf ?? null),
  });
  const signOut = defineRoute({
    method: "DELETE",
    path: "/session",
    guard: "signed-in",
    summary: "Sign out.",
    status: 204,
    handle: async ({ db, actor, request, reply, audit }) => {
      await endSession(db, sessions.of(request)?.hash ?? "");
      takeCookie(reply);
      await audit({ action: "session.close", subject: subjectOf(actor), regionPath: "" });
      return undefined;
    },
  });
  const newPassword = defineRoute({
    method: "POST",
    path: "/session/password",
    guard: "signed-in",
    summary: "Change one's own password; every other session ends.",
    body: z.strictObject({ current: password, next: z.string().max(PASSWORD_MAX_CHARS) }),
    status: 204,
    handle: async (call) => {
      const keepSession = sessions.of(call.request)?.hash ?? "";
      await changePassword(call.db, await ownAccount(call), { ...call.body, keepSession });
      await call.audit({ action: "password.change", subject: subjectOf(call.actor), regionPath: "" });
      return undefined;
    },
  });
  return [signInRoute, me, signOut, newPassword, ...codeRoutes()];
}

/** Setting up, confirming and removing one-time codes. A secret counts once a code of it was typed. */
function codeRoutes(): Route[] {
  const begin = defineRoute({
    method: "POST",
    path: "/session/code",
    guard: "signed-in",
    summary: "A new secret for an authenticator app; it counts once it is confirmed.",
    answer: z.object({ secret: z.string(), uri: z.string() }),
    unaudited: true,
    handle: async (call) => {
      const account = await ownAccount(call);
      const secret = newTotpSecret();
      return { secret, uri: totpUri(secret, account.name) };
    },
  });
  const confirm = defineRoute({
    method: "PUT",
    path: "/session/code",
    guard: "signed-in",
    summary: "Confirm the secret by a code: from now on sign-in wants one.",
    body: z.strictObject({
      secret: z.string().regex(/^[A-Z2-7]{32}$/, "write the secret as it was given"),
      code,
    }),
    status: 204,
    handle: async (call) => {
      const account = await ownAccount(call);
      if (account.totpSecret !== null) throw cloudError("CODE_SET_ALREADY");
      const period = acceptTotp(call.body.secret, call.body.code, call.nowMs, 0);
      if (period === null) throw cloudError("CODE_WRONG");
      await noteSignIn(call.db, account.id, { totp_secret: call.body.secret, totp_period: period });
      await call.audit({ action: "code.set", subject: `user:${account.id}`, regionPath: "" });
      return undefined;
    },
  });
  const remove = defineRoute({
    method: "DELETE",
    path: "/session/code",
    guard: "signed-in",
    summary: "Do without one-time codes again; wants a code.",
    body: z.strictObject({ code }),
    status: 204,
    handle: async (call) => {
      const account = await ownAccount(call);
      const { totpSecret, totpPeriod } = account;
      const period = totpSecret && acceptTotp(totpSecret, call.body.code, call.nowMs, totpPeriod);
      if (!period) throw cloudError("CODE_WRONG");
      await noteSignIn(call.db, account.id, { totp_secret: null, totp_period: period });
      await call.audit({ action: "code.remove", subject: `user:${account.id}`, regionPath: "" });
      return undefined;
    },
  });
  return [begin, confirm, remove];
}

/** The account behind the actor. Throws NOT_VISIBLE where there is none, and FORBIDDEN for a token: it must not outlive its user's word. */
async function ownAccount({ db, actor }: Pick<Call, "db" | "actor">) {
  if (actor.via === "token") throw cloudError("FORBIDDEN", { permission: "one's own password and codes" });
  const account = await findAccount(db, actor.id);
  if (!account) throw cloudError("NOT_VISIBLE");
  return account;
}

function viewMe(actor: Actor, csrf: string | null): z.input<typeof meSchema> {
  return {
    id: actor.id,
    name: actor.name,
    via: actor.via,
    grants: actor.grants.map(({ role, region }) => ({ role, region })),
    permissions: PERMISSION_NAMES.filter((permission) => reach(actor, permission).length > 0),
    mustChangePassword: actor.mustChangePassword,
    csrf,
  };
}
