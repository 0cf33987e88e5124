import { encodeReceipt, type HeadReceipt, type JournalPosition, type Signer } from "@sealwatch/protocols";
import type { Database } from "../store/database.ts";

/** A receipt costs some 200 bytes on the cheapest SIM card: one an hour is 150 kB a month. */
const ISSUED_EVERY_MS = 3_600_000;

/** A receipt that was signed and stored. */
export interface IssuedReceipt extends HeadReceipt {
  readonly bytes: Uint8Array;
}

/** When a gateway was last given a receipt, and for which head. */
type LastIssued = Pick<HeadReceipt, "utcMs" | "head">;

/** Decides when a gateway gets a signed receipt for its head, and signs it. */
export class HeadReceipts {
  readonly #signer: Signer;
  readonly #last = new Map<string, LastIssued>();
  /** Connected since their last receipt. */
  readonly #fresh = new Set<string>();

  constructor(signer: Signer) {
    this.#signer = signer;
  }

  /** Takes up what was issued before this process began. */
  async load(db: Database): Promise<void> {
    const rows = await db
      .selectFrom("receipt")
      .select(["gateway", "epoch", "seq", "hash", "utc_ms as utcMs"])
      .where("id", "in", (select) =>
        select
          .selectFrom("receipt")
          .select((max) => max.fn.max("id").as("id"))
          .groupBy("gateway"),
      )
      .execute();
    for (const { gateway, utcMs, ...head } of rows) this.#last.set(gateway, { utcMs, head });
  }

  /** The gateway said hello: its next ack carries a receipt, if its head is news. */
  connected(gateway: string): void {
    this.#fresh.add(gateway);
  }

  /** Signs and stores a receipt when one is due at `nowMs`; within the transaction that commits the head. */
  async issue(
    db: Database,
    gateway: string,
    head: JournalPosition | null,
    nowMs: number,
  ): Promise<IssuedReceipt | null> {
    if (!head || !this.#isDue(gateway, head, nowMs)) return null;
    const receipt = { gateway, head, utcMs: nowMs };
    const bytes = encodeReceipt(receipt, this.#signer);
    await db
      .insertInto("receipt")
      .values({ gateway, ...head, utc_ms: nowMs, bytes })
      .execute();
    return { ...receipt, bytes };
  }

  /** The transaction was committed. */
  issued({ gateway, head, utcMs }: HeadReceipt): void {
    this.#last.set(gateway, { head, utcMs });
    this.#fresh.delete(gateway);
  }

  #isDue(gateway: string, head: JournalPosition, nowMs: number): boolean {
    const last = this.#last.get(gateway);
    if (last?.head.hash === head.hash) return false;
    // A clock that was set back must not end receipts for as long as it was set back.
    return !last || this.#fresh.has(gateway) || Math.abs(nowMs - last.utcMs) >= ISSUED_EVERY_MS;
  }
}
