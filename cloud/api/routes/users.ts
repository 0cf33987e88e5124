import { z } from "zod";
import {
  type Account,
  createAccount,
  findAccount,
  noteSignIn,
  setGrants,
  updateAccount,
} from "../../access/account-book.ts";
import { type Actor, may, reach, requireAt } from "../../access/actor.ts";
import { hashPassword } from "../../access/password.ts";
import { ROLES } from "../../access/policy.ts";
import { withinRegions } from "../../access/region-filter.ts";
import { oneTimePassword } from "../../access/secret-text.ts";
import { endSessions } from "../../access/session-book.ts";
import { cloudError } from "../../errors.ts";
import { regionIdSchema } from "../../registry/region-id.ts";
import { findRegion } from "../../registry/region-tree.ts";
import type { Database } from "../../store/database.ts";
import { pageOf, pageQuery, toPage } from "../page.ts";
import { type Call, defineRoute, type Route } from "../route.ts";

const grantsSchema = z
  .array(z.strictObject({ role: z.enum(ROLES), region: regionIdSchema }))
  .min(1, "give at least one role")
  .max(20);
const phone = z
  .string()
  .regex(/^\+?[0-9 -]{5,20}$/, "write digits, such as 13900000000")
  .nullable();
const email = z.email().max(120).nullable();
const displayName = z.string().trim().min(1).max(60);

const userSchema = z.object({
  id: z.string(),
  name: z.string(),
  displayName: z.string(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  grants: z.array(z.object({ role: z.enum(ROLES), region: z.string() })),
  oneTimeCodes: z.boolean(),
  mustChangePassword: z.boolean(),
  lockedUntilMs: z.number().nullable(),
  disabledMs: z.number().nullable(),
  version: z.number(),
});
const newUserSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .regex(/^[\p{L}\p{N}._-]{2,40}$/u, "write 2 to 40 letters, digits, dots, dashes"),
  displayName,
  phone: phone.default(null),
  email: email.default(null),
  grants: grantsSchema,
});
const enteredSchema = z.object({ user: userSchema, password: z.string().nullable(), version: z.number() });
const params = z.object({ user: z.string().max(40) });

/** The county's users: who is entered, what they may do where. */
export function userRoutes(): Route[] {
  return [listUsers, readUser, enterUser, editUser, resetPassword];
}

const listUsers = defineRoute({
  method: "GET",
  path: "/users",
  guard: "user.read",
  summary: "The users of one's part of the tree.",
  query: z.object(pageQuery),
  answer: pageOf(userSchema),
  handle: async ({ db, actor, query }) => {
    const ids = await db
      .selectFrom("account_grant")
      .select("account")
      .distinct()
      .where(withinRegions("region_path", reach(actor, "user.read")))
      .where("account", ">", query.after ?? "")
      .orderBy("account")
      .limit(query.limit + 1)
      .execute();
    const accounts: Account[] = [];
    for (const { account: id } of ids) {
      const account = await findAccount(db, id);
      if (account) accounts.push(account);
    }
    return toPage(accounts, query.limit, ({ id }) => id, viewUser);
  },
});

const readUser = defineRoute({
  method: "GET",
  path: "/users/{user}",
  guard: "user.read",
  summary: "One user.",
  params,
  answer: userSchema,
  handle: async ({ db, actor, params: { user } }) => viewUser(await visibleUser(db, actor, user)),
});

const enterUser = defineRoute({
  method: "POST",
  path: "/users",
  guard: "user.edit",
  summary: "Enter a user; the answer holds the password for the first sign-in, once.",
  status: 201,
  creates: true,
  tellsOnce: ["password"],
  body: newUserSchema,
  answer: enteredSchema,
  handle: async ({ db, actor, body, nowMs, audit }) => {
    await requireGrants(db, actor, body.grants);
    const { account, password } = await createAccount(db, body, nowMs);
    await auditUser({ audit }, "user.enter", account, { name: account.name, grants: body.grants });
    return { user: viewUser(account), password, version: account.version };
  },
});

const editUser = defineRoute({
  method: "PATCH",
  path: "/users/{user}",
  guard: "user.edit",
  summary: "Change a user's name, contact, roles, or whether they may sign in.",
  edits: true,
  params,
  body: z.strictObject({
    displayName: displayName.optional(),
    phone: phone.optional(),
    email: email.optional(),
    grants: grantsSchema.optional(),
    disabled: z.boolean().optional(),
  }),
  answer: userSchema,
  handle: async ({ db, actor, params: { user }, body, version, nowMs, audit }) => {
    const account = await editableUser(db, actor, user);
    const { displayName: display_name, phone: number, email: mail, grants, disabled } = body;
    await updateAccount(
      db,
      { id: user, version },
      {
        ...(display_name === undefined ? {} : { display_name }),
        ...(number === undefined ? {} : { phone: number }),
        ...(mail === undefined ? {} : { email: mail }),
        ...(disabled === undefined ? {} : { disabled_ms: disabled ? (account.disabledMs ?? nowMs) : null }),
      },
    );
    if (grants) {
      await requireGrants(db, actor, grants);
      await setGrants(db, user, grants);
    }
    if (disabled) await endSessions(db, user);
    const changed = await visibleUser(db, actor, user);
    await auditUser({ audit }, "user.edit", changed, { ...body });
    return viewUser(changed);
  },
});

const resetPassword = defineRoute({
  method: "POST",
  path: "/users/{user}/password",
  guard: "user.edit",
  summary: "A new password for one sign-in; ends every session, lifts a lock, and drops one-time codes.",
  params,
  answer: z.object({ password: z.string() }),
  handle: async ({ db, actor, params: { user }, audit }) => {
    const account = await editableUser(db, actor, user);
    const password = oneTimePassword();
    await noteSignIn(db, user, {
      password_hash: await hashPassword(password),
      must_change: 1,
      failures: 0,
      locked_until_ms: null,
      totp_secret: null,
    });
    await endSessions(db, user);
    await auditUser({ audit }, "password.reset", account, {});
    return { password };
  },
});

/** An account of which some grant lies in the actor's reach. Throws NOT_VISIBLE. */
async function visibleUser(db: Database, actor: Actor, id: string): Promise<Account> {
  const account = await findAccount(db, id);
  if (!account?.grants.some(({ regionPath }) => may(actor, "user.read", regionPath))) {
    throw cloudError("NOT_VISIBLE");
  }
  return account;
}

/** An account all of whose grants lie in the actor's reach: nobody edits those who are above them. Throws NOT_VISIBLE or FORBIDDEN. */
async function editableUser(db: Database, actor: Actor, id: string): Promise<Account> {
  const account = await visibleUser(db, actor, id);
  for (const { regionPath } of account.grants) requireAt(actor, "user.edit", regionPath, "user.read");
  return account;
}

/** Nobody grants beyond their own part of the tree. Throws REGION_UNKNOWN, NOT_VISIBLE or FORBIDDEN. */
async function requireGrants(
  db: Database,
  actor: Actor,
  grants: readonly { region: string }[],
): Promise<void> {
  for (const { region } of grants) {
    const found = await findRegion(db, region);
    if (!found) throw cloudError("REGION_UNKNOWN", { region });
    requireAt(actor, "user.edit", found.path, "region.read");
  }
}

function auditUser(
  { audit }: Pick<Call, "audit">,
  action: string,
  account: Account,
  detail: Record<string, unknown>,
): Promise<void> {
  return audit({
    action,
    subject: `user:${account.id}`,
    regionPath: account.grants[0]?.regionPath ?? "",
    detail,
  });
}

function viewUser(account: Account): z.input<typeof userSchema> {
  const { id, name, displayName: shown, phone: number, email: mail } = account;
  return {
    id,
    name,
    displayName: shown,
    phone: number,
    email: mail,
    grants: account.grants.map(({ role, region }) => ({ role, region })),
    oneTimeCodes: account.totpSecret !== null,
    mustChangePassword: account.mustChangePassword,
    lockedUntilMs: account.lockOut.lockedUntilMs,
    disabledMs: account.disabledMs,
    version: account.version,
  };
}
