import { Secret, TOTP } from "otpauth";

const PERIOD_S = 30;
/** Codes of one period before and after now are taken: phones' clocks differ. */
const WINDOW_PERIODS = 1;
const ISSUER = "封哨 Sealwatch";
const SECRET_BYTES = 20;

/** A new shared secret, base32 (RFC 6238, SHA-1, 6 digits, 30 s: what every authenticator app takes). */
export function newTotpSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** The otpauth:// address of a secret, for an authenticator app. */
export function totpUri(secret: string, account: string): string {
  return totpOf(secret, account).toString();
}

/**
 * The period in which a code is valid, or null. A code counts once: one of a period at or before `lastPeriod` is refused
 * (RFC 6238 §5.2).
 */
export function acceptTotp(secret: string, code: string, nowMs: number, lastPeriod: number): number | null {
  const delta = totpOf(secret, "").validate({ token: code, timestamp: nowMs, window: WINDOW_PERIODS });
  if (delta === null) return null;
  const period = Math.floor(nowMs / 1000 / PERIOD_S) + delta;
  return period > lastPeriod ? period : null;
}

function totpOf(secret: string, label: string): TOTP {
  return new TOTP({ issuer: ISSUER, label, secret: Secret.fromBase32(secret), period: PERIOD_S });
}
