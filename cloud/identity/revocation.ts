import { ed25519Verifier, gatewayIdSchema, type Signer, sha256Hex } from "@sealwatch/protocols";
import { z } from "zod";

/** The longest reason, in characters. */
export const REASON_MAX_CHARS = 200;
/** Signed before the text, so that a revocation is nothing else that this key signs. */
const DOMAIN = "sealwatch revocation v1\n";

const revocationSchema = z.strictObject({
  v: z.literal(1),
  gateway: gatewayIdSchema,
  publicKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  revokedMs: z.int(),
  reason: z.string().max(REASON_MAX_CHARS),
  /** The gateway that takes its place. */
  replacedBy: gatewayIdSchema.nullable(),
});

/** From `revokedMs` on nothing is taken from this gateway any more, nor from its key under another name. */
export type Revocation = z.output<typeof revocationSchema>;

const lineSchema = z.strictObject({ signed: z.string().max(1000), signature: z.string().max(100) });

/** A revocation as one signed line of `revocations.jsonl`, without its newline. */
export function encodeRevocation(revocation: Revocation, signer: Signer): string {
  const signed = JSON.stringify(revocation);
  const signature = Buffer.from(signer.sign(Buffer.from(DOMAIN + signed))).toString("base64url");
  return JSON.stringify({ signed, signature });
}

/** The reverse of encodeRevocation; null when it is no revocation or this key did not sign it. */
export function decodeRevocation(line: string, cloudKey: string): Revocation | null {
  try {
    const { signed, signature } = lineSchema.parse(JSON.parse(line));
    const message = Buffer.from(DOMAIN + signed);
    const genuine = ed25519Verifier(cloudKey).verify(message, Buffer.from(signature, "base64url"));
    return genuine ? revocationSchema.parse(JSON.parse(signed)) : null;
  } catch {
    return null;
  }
}

/** What a line is known by. */
export function revocationId(line: string): string {
  return sha256Hex(Buffer.from(line));
}
