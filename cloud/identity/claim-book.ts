import { createHash, createHmac } from "node:crypto";
import { systemRandom } from "@sealwatch/platform";
import { claimSecret, formatClaimCode } from "@sealwatch/protocols";
import { cloudError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import type { CloudKey } from "./cloud-key.ts";

/** Codes that may be open at once: with the rate limits, what keeps guessing hopeless. */
const OPEN_CLAIMS_MAX = 1_000;
/** How long used and expired claims are kept, to say what became of a code. */
const KEPT_MS = 30 * 86_400_000;
const SECRET_RANDOM_BYTES = 10;

/** What a code is good for. */
export interface Claim {
  readonly site: string;
  readonly gateway: string;
  readonly expiresMs: number;
}

/** A claim as it is stored. */
export interface StoredClaim extends Claim {
  readonly hash: string;
  readonly usedKey: string | null;
}

/**
 * The claim codes that are open. A secret has 50 bits, too few for a plain hash in a stolen database: the hash is keyed by something that
 * only the holder of the cloud's key can compute, and whoever holds the data folder with that key holds the CA too.
 */
export class ClaimBook {
  readonly #db: Database;
  readonly #pin: string;
  readonly #hashKey: Uint8Array;

  constructor(db: Database, caPin: string, { signer }: CloudKey) {
    this.#db = db;
    this.#pin = caPin;
    // Ed25519 signatures are deterministic (RFC 8032 §5.1.6), and so a secret function of what is signed.
    this.#hashKey = createHash("sha256")
      .update(signer.sign(Buffer.from("sealwatch claim codes v1\n")))
      .digest();
  }

  /** Opens a claim and returns its code, which is stored nowhere. Throws CLAIMS_EXHAUSTED. */
  async open({ site, gateway, expiresMs }: Claim, nowMs: number, db = this.#db): Promise<string> {
    await db
      .deleteFrom("claim")
      .where("expires_ms", "<", nowMs - KEPT_MS)
      .execute();
    const { open } = await db
      .selectFrom("claim")
      .select((select) => select.fn.countAll().as("open"))
      .where("used_key", "is", null)
      .where("expires_ms", ">", nowMs)
      .executeTakeFirstOrThrow();
    if (Number(open) >= OPEN_CLAIMS_MAX) throw cloudError("CLAIMS_EXHAUSTED", { max: OPEN_CLAIMS_MAX });
    const secret = claimSecret(systemRandom.bytes(SECRET_RANDOM_BYTES));
    await db
      .insertInto("claim")
      .values({
        secret_hash: this.#hash(secret),
        site,
        gateway,
        created_ms: nowMs,
        expires_ms: expiresMs,
        used_key: null,
        used_ms: null,
      })
      .execute();
    return formatClaimCode({ secret, caPin: this.#pin });
  }

  /** The claim of a secret that this key may use at `nowMs`. Throws CLAIM_UNKNOWN, CLAIM_EXPIRED or CLAIM_USED. */
  async find(db: Database, secret: string, publicKey: string, nowMs: number): Promise<StoredClaim> {
    const hash = this.#hash(secret);
    const row = await db.selectFrom("claim").selectAll().where("secret_hash", "=", hash).executeTakeFirst();
    if (!row) throw cloudError("CLAIM_UNKNOWN");
    if (Number(row.expires_ms) <= nowMs) throw cloudError("CLAIM_EXPIRED");
    if (row.used_key !== null && row.used_key !== publicKey) throw cloudError("CLAIM_USED");
    const { site, gateway, used_key: usedKey } = row;
    return { hash, site, gateway, usedKey, expiresMs: Number(row.expires_ms) };
  }

  /** Notes in a transaction that a claim was used by a key. */
  async consume(db: Database, { hash }: StoredClaim, publicKey: string, nowMs: number): Promise<void> {
    await db
      .updateTable("claim")
      .set({ used_key: publicKey, used_ms: nowMs })
      .where("secret_hash", "=", hash)
      .execute();
  }

  #hash(secret: string): string {
    return createHmac("sha256", this.#hashKey).update(secret).digest("hex");
  }
}
