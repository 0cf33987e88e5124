import { cloudError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { type Account, findAccountByName, noteSignIn } from "./account-book.ts";
import { afterFailure, lockedForMs, NO_FAILURES } from "./lock-out.ts";
import { acceptTotp } from "./one-time-code.ts";
import { hashPassword, isPassword, passwordProblem } from "./password.ts";
import { endSessions } from "./session-book.ts";

/** What somebody typed. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
  readonly code: string | null;
}

/** Whether somebody may come in; a failure must be committed with its count, and so is no exception. */
export type SignInResult =
  | { readonly account: Account; readonly failure: null }
  | { readonly account: Account | null; readonly failure: Error };

/**
 * Checks name, password and code. A wrong name, a wrong password and a disabled account sound alike, so that names cannot be tried out;
 * only who knows the password learns that a code is wanted.
 */
export async function signIn(
  tx: Database,
  { name, password, code }: Credentials,
  nowMs: number,
): Promise<SignInResult> {
  const account = await findAccountByName(tx, name);
  const lockedMs = account ? lockedForMs(account.lockOut, nowMs) : 0;
  if (lockedMs > 0) {
    return { account, failure: cloudError("ACCOUNT_LOCKED", { seconds: Math.ceil(lockedMs / 1000) }) };
  }
  const right = await isPassword(account?.passwordHash ?? null, password);
  if (!account || !right || account.disabledMs !== null) {
    if (account) await countFailure(tx, account, nowMs);
    return { account, failure: cloudError("SIGN_IN_REFUSED") };
  }
  if (account.totpSecret === null) return settle(tx, account, account.totpPeriod);
  if (code === null) return { account, failure: cloudError("CODE_NEEDED") };
  const period = acceptTotp(account.totpSecret, code, nowMs, account.totpPeriod);
  if (period !== null) return settle(tx, account, period);
  await countFailure(tx, account, nowMs);
  return { account, failure: cloudError("CODE_WRONG") };
}

/** Sets a new password and ends every other session. Throws PASSWORD_WEAK or SIGN_IN_REFUSED. */
export async function changePassword(
  tx: Database,
  account: Account,
  { current, next, keepSession }: { current: string; next: string; keepSession: string },
): Promise<void> {
  const problem =
    passwordProblem(next, account.name) ?? (current === next ? "choose another than now" : null);
  if (problem !== null) throw cloudError("PASSWORD_WEAK", { why: problem });
  if (!(await isPassword(account.passwordHash, current))) throw cloudError("SIGN_IN_REFUSED");
  await noteSignIn(tx, account.id, { password_hash: await hashPassword(next), must_change: 0 });
  await endSessions(tx, account.id, keepSession);
}

async function settle(tx: Database, account: Account, period: number): Promise<SignInResult> {
  const { failures, lockedUntilMs } = NO_FAILURES;
  await noteSignIn(tx, account.id, { failures, locked_until_ms: lockedUntilMs, totp_period: period });
  return { account, failure: null };
}

async function countFailure(tx: Database, account: Account, nowMs: number): Promise<void> {
  const { failures, lockedUntilMs } = afterFailure(account.lockOut, nowMs);
  await noteSignIn(tx, account.id, { failures, locked_until_ms: lockedUntilMs });
}
