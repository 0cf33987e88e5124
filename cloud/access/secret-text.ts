import { createHash } from "node:crypto";
import { systemRandom } from "@sealwatch/platform";

const SECRET_BYTES = 32;
const ONE_TIME_CHARS = 14;
/** Without letters that look alike on paper: 14 of 31 are 69 bits. */
const LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789";

/** A new secret of 256 bits, base64url. */
export function newSecret(): string {
  return Buffer.from(systemRandom.bytes(SECRET_BYTES)).toString("base64url");
}

/** A password for one sign-in, to be read out or written down. */
export function oneTimePassword(): string {
  return Array.from({ length: ONE_TIME_CHARS }, () =>
    LEGIBLE.charAt(Math.floor(systemRandom.uniform() * LEGIBLE.length)),
  ).join("");
}

/** A new id with the given prefix; 64 random bits. */
export function newId(prefix: string): string {
  return `${prefix}-${Buffer.from(systemRandom.bytes(8)).toString("hex")}`;
}

/** What is stored of a secret that has 256 bits: its SHA-256, hex. */
export function secretHash(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
