import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { join } from "node:path";
import { secretFile, systemRandom } from "@sealwatch/platform";
import { z } from "zod";

const KEY_BYTES = 32;
const TOKEN_MAX_CHARS = 600;

/** 128 bits: links go into short messages. */
const MAC_BYTES = 16;

/** Case, user, and when it expires in seconds. */
const claimsSchema = z.tuple([z.string().min(1).max(96), z.string().min(1).max(96), z.int().min(0)]);

/** Who may do what with a link: one person acknowledges one case, until it expires. */
export interface AcknowledgeClaim {
  readonly case: string;
  readonly user: string;
  readonly expiresMs: number;
}

/** The file of the key in the data folder. */
export const ACKNOWLEDGE_KEY = "acknowledge.key";

/** The key that signs acknowledgement links, for its owner only. */
export function acknowledgeKey(dataDir: string): Uint8Array {
  const make = () => `${Buffer.from(systemRandom.bytes(KEY_BYTES)).toString("base64")}\n`;
  return new Uint8Array(Buffer.from(secretFile(join(dataDir, ACKNOWLEDGE_KEY), make).trim(), "base64"));
}

/** A token for one claim: the same claim makes the same token. Pure. */
export function signClaim(claim: AcknowledgeClaim, key: Uint8Array): string {
  const claims: z.input<typeof claimsSchema> = [claim.case, claim.user, Math.ceil(claim.expiresMs / 1_000)];
  const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return `${payload}.${macOf(payload, key)}`;
}

/** The claim of a token that this key signed, expired or not; null for anything else. Pure. */
export function readClaim(token: string, key: Uint8Array): AcknowledgeClaim | null {
  if (token.length > TOKEN_MAX_CHARS) return null;
  const [payload = "", mac = "", ...more] = token.split(".");
  const expected = Buffer.from(macOf(payload, key));
  const given = Buffer.from(mac);
  if (more.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const claims = claimsSchema.safeParse(JSON.parse(Buffer.from(payload, "base64url").toString("utf8")));
  if (!claims.success) return null;
  const [id, user, expiresS] = claims.data;
  return { case: id, user, expiresMs: expiresS * 1_000 };
}

/** What a used token is remembered by: the table holds nothing that could be used. */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** The purpose is part of what is signed: no other link of this key's can pass for one. */
function macOf(payload: string, key: Uint8Array): string {
  const mac = createHmac("sha256", key).update(`sealwatch acknowledge\n${payload}`).digest();
  return mac.subarray(0, MAC_BYTES).toString("base64url");
}
