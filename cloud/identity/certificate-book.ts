import type { GatewayEntry } from "../registry/site-registry.ts";
import type { Database } from "../store/database.ts";
import type { IssuedCertificate } from "./certificate-authority.ts";

/** The newest certificate of a gateway. */
export interface StoredCertificate extends IssuedCertificate {
  readonly issuedMs: number;
}

/** Keeps an issued certificate. */
export async function storeCertificate(
  db: Database,
  gateway: string,
  { serial, pem, notAfterMs }: IssuedCertificate,
  nowMs: number,
): Promise<void> {
  await db
    .insertInto("certificate")
    .values({ serial, gateway, issued_ms: nowMs, not_after_ms: notAfterMs, pem })
    .execute();
}

/** The certificate that a gateway got last, or null. */
export async function newestCertificate(db: Database, gateway: string): Promise<StoredCertificate | null> {
  const row = await db
    .selectFrom("certificate")
    .selectAll()
    .where("gateway", "=", gateway)
    .orderBy("issued_ms", "desc")
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  const { serial, pem, issued_ms, not_after_ms } = row;
  return { serial, pem, notAfterMs: Number(not_after_ms), issuedMs: Number(issued_ms) };
}

/** Keeps a gateway that enrolled. */
export async function storeGateway(
  db: Database,
  { id, site, publicKey }: GatewayEntry,
  nowMs: number,
): Promise<void> {
  await db
    .insertInto("gateway")
    .values({ id, site, public_key: publicKey, enrolled_ms: nowMs })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Every gateway that enrolled, oldest first. */
export async function storedGateways(db: Database): Promise<GatewayEntry[]> {
  const rows = await db.selectFrom("gateway").selectAll().orderBy("enrolled_ms").orderBy("id").execute();
  return rows.map(({ id, site, public_key }) => ({ id, site, publicKey: public_key }));
}
