import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeOrder, ed25519Verifier } from "@sealwatch/protocols";
import { expect, it } from "vitest";
import { openDatabase } from "../store/database.ts";
import { loadCloudKey } from "./cloud-key.ts";
import { OrderBook } from "./order-book.ts";

const NOW_MS = 1_790_000_000_000;

it("numbersOnlyGrowForEachGatewayEvenWhenTheClockFallsBack", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sealwatch-orders-"));
  const store = await openDatabase(join(folder, "cloud.sqlite"));
  try {
    const key = loadCloudKey(folder);
    const book = new OrderBook(store.db, key);
    const seal = { gateway: "gw-000001", kind: "command", text: "seal" } as const;
    const orders = [
      await book.next(seal, NOW_MS),
      await book.next(seal, NOW_MS - 86_400_000),
      await book.next({ ...seal, gateway: "gw-000002" }, NOW_MS),
    ];
    expect(orders.map(({ number }) => number)).toEqual([NOW_MS, NOW_MS + 1, NOW_MS]);
    const [first] = orders;
    expect(decodeOrder(first?.bytes ?? new Uint8Array(), ed25519Verifier(key.publicKey))).toEqual({
      ...seal,
      number: NOW_MS,
      utcMs: NOW_MS,
    });
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
});
