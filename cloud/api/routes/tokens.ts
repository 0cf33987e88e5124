import { z } from "zod";
import { PERMISSION_NAMES } from "../../access/policy.ts";
import { createToken, listTokens, revokeToken } from "../../access/token-book.ts";
import { cloudError } from "../../errors.ts";
import { pageOf } from "../page.ts";
import { defineRoute, type Route } from "../route.ts";

const LIFE_MAX_MS = 400 * 86_400_000;

const tokenSchema = z.object({
  id: z.string(),
  label: z.string(),
  permissions: z.array(z.enum(PERMISSION_NAMES)),
  createdMs: z.number(),
  expiresMs: z.number(),
  revokedMs: z.number().nullable(),
  usedMs: z.number().nullable(),
});

/** One's own API tokens: each may do a part of what its user may, and ends by itself. */
export function tokenRoutes(): Route[] {
  const list = defineRoute({
    method: "GET",
    path: "/tokens",
    guard: "signed-in",
    summary: "One's own API tokens, newest first.",
    answer: pageOf(tokenSchema),
    handle: async ({ db, actor }) => ({ items: await listTokens(db, actor.id), next: null }),
  });
  const create = defineRoute({
    method: "POST",
    path: "/tokens",
    guard: "signed-in",
    summary: "Make an API token; its text is in this answer and never again.",
    status: 201,
    creates: true,
    tellsOnce: ["token"],
    body: z.strictObject({
      label: z.string().trim().min(1).max(60),
      permissions: z.array(z.enum(PERMISSION_NAMES)).min(1).max(PERMISSION_NAMES.length),
      expiresMs: z.number().int(),
    }),
    answer: z.object({ id: z.string(), token: z.string().nullable() }),
    handle: async ({ db, actor, body, nowMs, audit }) => {
      // A token that makes tokens would outlive its own end.
      if (actor.via === "token" || actor.mustChangePassword)
        throw cloudError("FORBIDDEN", { permission: "tokens" });
      if (body.expiresMs <= nowMs || body.expiresMs > nowMs + LIFE_MAX_MS) {
        throw cloudError("REQUEST_INVALID", { problems: "expiresMs: a time within the next 400 days" });
      }
      const made = await createToken(db, actor.id, body, nowMs);
      await audit({ action: "token.make", subject: `token:${made.id}`, regionPath: "", detail: { ...body } });
      return made;
    },
  });
  const revoke = defineRoute({
    method: "DELETE",
    path: "/tokens/{token}",
    guard: "signed-in",
    summary: "Take one of one's tokens out of use.",
    status: 204,
    params: z.object({ token: z.string().max(40) }),
    handle: async ({ db, actor, params: { token }, nowMs, audit }) => {
      if (!(await revokeToken(db, actor.id, token, nowMs))) throw cloudError("NOT_VISIBLE");
      await audit({ action: "token.revoke", subject: `token:${token}`, regionPath: "" });
      return undefined;
    },
  });
  return [list, create, revoke];
}
