import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refusalCounter, silentLogger } from "@sealwatch/platform";
import {
  type CloudOrder,
  ed25519PublicKey,
  ed25519Signer,
  ed25519Verifier,
  encodeOrder,
} from "@sealwatch/protocols";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CloudOrders } from "./cloud-orders.ts";

const newKey = () =>
  generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const pem = newKey();
const cloud = ed25519Verifier(ed25519PublicKey(pem));
const GATEWAY = "gw-000001";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "sealwatch-orders-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

function newOrders() {
  const done: string[] = [];
  let finish = () => {};
  const refusals = refusalCounter(silentLogger());
  const orders = new CloudOrders({
    gateway: GATEWAY,
    dataDir,
    log: silentLogger(),
    refusals,
    obey: {
      config: (text) => {
        done.push(text);
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
      command: (command) => done.push(command),
    },
  });
  const order = (change: Partial<CloudOrder>, signer = pem) =>
    encodeOrder(
      { gateway: GATEWAY, number: 1, utcMs: 1, kind: "command", text: "seal", ...change },
      ed25519Signer(signer),
    );
  return { orders, order, done, refused: () => refusals.totals()["order"] ?? 0, finish: () => finish() };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

it("obeysEachNumberOnceAlsoAfterARestart", async () => {
  const { orders, order, done, refused } = newOrders();
  const bytes = order({ number: 7 });
  for (let count = 0; count < 3; count++) orders.take(bytes, "command", cloud);
  await settled();
  expect(done).toEqual(["seal"]);
  expect(refused()).toBe(2);
  const again = newOrders();
  again.orders.take(bytes, "command", cloud);
  again.orders.take(order({ number: 6 }), "command", cloud);
  again.orders.take(order({ number: 8, text: "report-status" }), "command", cloud);
  await settled();
  expect(again.done).toEqual(["report-status"]);
  expect(again.refused()).toBe(2);
});

it("obeysNothingWhileItCannotKnowWhatItHasObeyed", async () => {
  writeFileSync(join(dataDir, "last-order"), "");
  const { orders, order, done, refused } = newOrders();
  orders.take(order({ number: 99 }), "command", cloud);
  await settled();
  expect(done).toEqual([]);
  expect(refused()).toBe(1);
});

it("refusesAStrangersWordAndWhatIsForOthersOrOnTheWrongTopic", async () => {
  const { orders, order, done, refused } = newOrders();
  orders.take(order({}, newKey()), "command", cloud);
  orders.take(order({ gateway: "gw-000002" }), "command", cloud);
  orders.take(order({}), "config", cloud);
  orders.take(order({}), "command", null);
  orders.take(Uint8Array.of(1, 2, 3), "command", cloud);
  await settled();
  expect(done).toEqual([]);
  expect(refused()).toBe(5);
  orders.take(order({}), "command", cloud);
  await settled();
  expect(done).toEqual(["seal"]);
});

it("carriesOutOneAfterTheOther", async () => {
  const { orders, order, done, finish } = newOrders();
  orders.take(order({ kind: "config", text: "a: 1" }), "config", cloud);
  orders.take(order({ number: 2 }), "command", cloud);
  await settled();
  expect(done).toEqual(["a: 1"]);
  finish();
  await settled();
  expect(done).toEqual(["a: 1", "seal"]);
});

it("skipsACommandOfALaterVersion", async () => {
  const { orders, order, done } = newOrders();
  orders.take(order({ text: "dance" }), "command", cloud);
  orders.take(order({ number: 2 }), "command", cloud);
  await settled();
  expect(done).toEqual(["seal"]);
});
