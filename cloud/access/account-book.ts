import { cloudError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import type { Actor, Grant, Via } from "./actor.ts";
import type { LockOut } from "./lock-out.ts";
import { hashPassword } from "./password.ts";
import type { Permission, Role } from "./policy.ts";
import { newId, oneTimePassword } from "./secret-text.ts";

/** A person who may sign in. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly passwordHash: string | null;
  readonly mustChangePassword: boolean;
  readonly totpSecret: string | null;
  readonly totpPeriod: number;
  readonly lockOut: LockOut;
  readonly disabledMs: number | null;
  readonly version: number;
  readonly grants: readonly Grant[];
}

/** What somebody is entered with. */
export interface NewAccount {
  readonly name: string;
  readonly displayName: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly grants: readonly { readonly role: Role; readonly region: string }[];
}

type Row = Awaited<ReturnType<typeof rowBy>>;

/** The account of an id, or null. */
export async function findAccount(db: Database, id: string): Promise<Account | null> {
  return toAccount(db, await rowBy(db, "id", id));
}

/** The account of a user name, or null. */
export async function findAccountByName(db: Database, name: string): Promise<Account | null> {
  return toAccount(db, await rowBy(db, "name", name.trim().toLowerCase()));
}

/** The account of an OpenID subject, or null. */
export async function findAccountByOidc(db: Database, subject: string): Promise<Account | null> {
  return toAccount(db, await rowBy(db, "oidc_subject", subject));
}

/** Enters somebody, with a password for the first sign-in. Throws NAME_TAKEN or REGION_UNKNOWN. */
export async function createAccount(
  tx: Database,
  { name, displayName, phone, email, grants }: NewAccount,
  nowMs: number,
): Promise<{ account: Account; password: string }> {
  const lower = name.trim().toLowerCase();
  if (await rowBy(tx, "name", lower)) throw cloudError("NAME_TAKEN", { name: lower });
  const password = oneTimePassword();
  const id = newId("u");
  await tx
    .insertInto("account")
    .values({
      id,
      name: lower,
      display_name: displayName,
      phone,
      email,
      password_hash: await hashPassword(password),
      must_change: 1,
      totp_secret: null,
      totp_period: 0,
      failures: 0,
      locked_until_ms: null,
      disabled_ms: null,
      oidc_subject: null,
      version: 1,
      created_ms: nowMs,
    })
    .execute();
  await setGrants(tx, id, grants);
  const account = await findAccount(tx, id);
  if (!account) throw cloudError("NOT_VISIBLE");
  return { account, password };
}

/** Replaces what somebody may do where. Throws REGION_UNKNOWN. */
export async function setGrants(tx: Database, account: string, grants: NewAccount["grants"]): Promise<void> {
  await tx.deleteFrom("account_grant").where("account", "=", account).execute();
  for (const { role, region } of grants) {
    const row = await tx.selectFrom("region").select("path").where("id", "=", region).executeTakeFirst();
    if (!row) throw cloudError("REGION_UNKNOWN", { region });
    await tx
      .insertInto("account_grant")
      .values({ account, role, region, region_path: row.path })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Writes columns of an account, if it still has the version that was read. Throws CHANGED_MEANWHILE. */
export async function updateAccount(
  tx: Database,
  account: Pick<Account, "id" | "version">,
  values: Partial<{
    display_name: string;
    phone: string | null;
    email: string | null;
    disabled_ms: number | null;
    oidc_subject: string | null;
  }>,
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable("account")
    .set({ ...values, version: account.version + 1 })
    .where("id", "=", account.id)
    .where("version", "=", account.version)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw cloudError("CHANGED_MEANWHILE");
}

/** Writes what sign-ins leave behind; nobody edits these, so they have no version. */
export async function noteSignIn(
  tx: Database,
  account: string,
  values: Partial<{
    password_hash: string;
    must_change: number;
    totp_secret: string | null;
    totp_period: number;
    failures: number;
    locked_until_ms: number | null;
  }>,
): Promise<void> {
  await tx.updateTable("account").set(values).where("id", "=", account).execute();
}

/** The account as somebody who acts. */
export function actorOf(account: Account, via: Via, scope: ReadonlySet<Permission> | null = null): Actor {
  return {
    id: account.id,
    name: account.displayName,
    via,
    grants: account.grants,
    scope,
    mustChangePassword: account.mustChangePassword,
  };
}

function rowBy(db: Database, column: "id" | "name" | "oidc_subject", value: string) {
  return db.selectFrom("account").selectAll().where(column, "=", value).executeTakeFirst();
}

async function toAccount(db: Database, row: Row): Promise<Account | null> {
  if (!row) return null;
  const grants = await db
    .selectFrom("account_grant")
    .select(["role", "region", "region_path"])
    .where("account", "=", row.id)
    .execute();
  return {
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    phone: row.phone,
    email: row.email,
    passwordHash: row.password_hash,
    mustChangePassword: row.must_change === 1,
    totpSecret: row.totp_secret,
    totpPeriod: row.totp_period,
    lockOut: { failures: row.failures, lockedUntilMs: row.locked_until_ms },
    disabledMs: row.disabled_ms,
    version: row.version,
    // Written by setGrants, which takes roles only.
    grants: grants.map(({ role, region, region_path }) => ({
      role: role as Role,
      region,
      regionPath: region_path,
    })),
  };
}
