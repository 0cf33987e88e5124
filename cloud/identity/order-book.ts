import { type CloudOrder, encodeOrder } from "@sealwatch/protocols";
import type { Database } from "../store/database.ts";
import type { CloudKey } from "./cloud-key.ts";

/** What the cloud tells gateways to do: numbered for each gateway, and signed. */
export class OrderBook {
  readonly #db: Database;
  readonly #cloudKey: CloudKey;

  constructor(db: Database, cloudKey: CloudKey) {
    this.#db = db;
    this.#cloudKey = cloudKey;
  }

  /**
   * The next order for a gateway, signed. Its number is used up even when it never arrives. Numbers follow the clock, so that a cloud
   * restored from a backup does not begin again below what a gateway has obeyed.
   */
  async next(
    order: Pick<CloudOrder, "gateway" | "kind" | "text">,
    nowMs: number,
  ): Promise<{ readonly number: number; readonly bytes: Uint8Array }> {
    const name = `order:${order.gateway}`;
    const number = await this.#db.transaction().execute(async (transaction) => {
      const last = await transaction
        .selectFrom("identity_state")
        .select("value")
        .where("name", "=", name)
        .executeTakeFirst();
      const next = Math.max(nowMs, Number(last?.value ?? 0) + 1);
      await transaction
        .insertInto("identity_state")
        .values({ name, value: String(next) })
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ value: String(next) }))
        .execute();
      return next;
    });
    return { number, bytes: encodeOrder({ ...order, number, utcMs: nowMs }, this.#cloudKey.signer) };
  }
}
