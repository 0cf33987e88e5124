import { hash, verify } from "@node-rs/argon2";

/** RFC 9106 with OWASP's memory of 19 MiB: about 50 ms on a small server, in a thread of its own. Algorithm 2 is argon2id. */
const ARGON2 = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const PASSWORD_MIN_CHARS = 10;
/** Longer ones would only cost time. */
export const PASSWORD_MAX_CHARS = 128;
/** Compared against when there is no such user, so that a missing name takes as long as a wrong password. */
const NOBODYS_HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$Wm+RyvEZqj+gLzgUBR+7eQ$vn+cdezXXOYmyeAw+d+hpIAhQpYvYtVm7x3OVqgOSZA";

/** The argon2id string to store, PHC format. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, ARGON2);
}

/** True when the password is the stored one's. Takes as long when nothing is stored. */
export async function isPassword(stored: string | null, password: string): Promise<boolean> {
  const right = await verify(stored ?? NOBODYS_HASH, password, ARGON2).catch(() => false);
  return stored !== null && right;
}

/** Why a new password is not good enough, or null. Length over riddles (NIST SP 800-63B §3.1.1). */
export function passwordProblem(password: string, name: string): string | null {
  if (password.length < PASSWORD_MIN_CHARS) return `use at least ${PASSWORD_MIN_CHARS} characters`;
  if (password.length > PASSWORD_MAX_CHARS) return `use at most ${PASSWORD_MAX_CHARS} characters`;
  if (name !== "" && password.toLowerCase().includes(name.toLowerCase()))
    return "leave the user name out of it";
  if (new Set(password).size < 5) return "use at least five different characters";
  return null;
}
