import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refusalCounter, silentLogger } from "@sealwatch/platform";
import { ed25519PublicKey, ed25519Signer, ed25519Verifier, encodeReceipt } from "@sealwatch/protocols";
import { expect, it } from "vitest";
import { keptReceipts, ReceiptShelf } from "./receipt-shelf.ts";

const newKey = () =>
  generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const pem = newKey();
const cloud = ed25519Verifier(ed25519PublicKey(pem));

it("keepsTheNewestOfEachEpochAndNothingThatDoesNotVerify", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "sealwatch-receipts-"));
  const refusals = refusalCounter(silentLogger());
  const shelf = new ReceiptShelf(dataDir, "gw-000001", refusals);
  const receipt = (epoch: string, seq: number, gateway = "gw-000001", signer = pem) =>
    encodeReceipt(
      { gateway, head: { epoch: epoch.repeat(8), seq, hash: "cd".repeat(32) }, utcMs: seq },
      ed25519Signer(signer),
    );
  expect(keptReceipts(dataDir, cloud)).toEqual([]);
  for (const bytes of [receipt("aa", 5), receipt("aa", 9), receipt("aa", 7), receipt("bb", 2)])
    shelf.keep(bytes, cloud);
  expect(refusals.totals()).toEqual({});
  for (const bytes of [
    receipt("aa", 50, "gw-000002"),
    receipt("aa", 60, "gw-000001", newKey()),
    Uint8Array.of(1),
  ])
    shelf.keep(bytes, cloud);
  shelf.keep(receipt("aa", 70), null);
  expect(refusals.totals()).toEqual({ receipt: 4 });
  expect(keptReceipts(dataDir, cloud).map(({ head, file }) => [head.seq, file])).toEqual([
    [2, join(dataDir, "receipts", `${"bb".repeat(8)}.cose`)],
    [9, join(dataDir, "receipts", `${"aa".repeat(8)}.cose`)],
  ]);
  rmSync(dataDir, { recursive: true });
});
