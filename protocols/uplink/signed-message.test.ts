import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { ed25519PublicKey, ed25519Signer, ed25519Verifier } from "../segment/signing-key.ts";
import { decodeAck, encodeAck } from "./ack.ts";
import { decodeOrder, encodeOrder } from "./cloud-order.ts";
import { decodeReceipt, encodeReceipt } from "./head-receipt.ts";
import { decodeNotice, encodeNotice, eventId } from "./notice.ts";

function newKey() {
  const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { signer: ed25519Signer(pem), verifier: ed25519Verifier(ed25519PublicKey(pem)) };
}

const key = newKey();
const stranger = newKey();
const head = { epoch: "00112233445566ff", seq: 7, hash: "ab".repeat(32) };
const receipt = { gateway: "gw-000001", head, utcMs: 1_790_000_000_000 };
const order = {
  gateway: "gw-000001",
  number: 3,
  utcMs: 1,
  kind: "config",
  text: "gateway: gw-000001\n",
} as const;
const notice = {
  gateway: "gw-000001",
  epoch: head.epoch,
  event: { type: "event", atMs: 5, event: "contact-changed", channel: 4, value: 0 },
  utcMs: null,
  channel: {
    id: 4,
    device: "contacts",
    point: "in-1",
    profile: "waveshare/io-8ch@1",
    kind: "contact",
    unit: "",
    decimals: 0,
    intervalMs: 200,
    supply: "auxiliary",
    contact: { role: "seal", normal: 1 },
    label: "封条 S2",
  },
} as const;

const MESSAGES = [
  [
    "receipt",
    encodeReceipt(receipt, key.signer),
    (bytes: Uint8Array, by = key.verifier) => decodeReceipt(bytes, by),
    receipt,
  ],
  [
    "order",
    encodeOrder(order, key.signer),
    (bytes: Uint8Array, by = key.verifier) => decodeOrder(bytes, by),
    order,
  ],
  [
    "notice",
    encodeNotice(notice, key.signer),
    (bytes: Uint8Array, by = key.verifier) => decodeNotice(bytes, by),
    notice,
  ],
] as const;

it.each(MESSAGES)(
  "a %s comes back from whoever signed it, and from nobody else",
  (_, bytes, decode, value) => {
    expect(decode(bytes)).toEqual(value);
    expect(() => decode(bytes, stranger.verifier)).toThrow(/SIGNATURE_INVALID/);
  },
);

it.each(MESSAGES)("every flipped bit of a %s is refused", (_, bytes, decode) => {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Uint8Array.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(() => decode(flipped), `bit ${bit}`).toThrow(/_INVALID/);
  }
});

it.each(MESSAGES)("garbage is no %s", (_, __, decode) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(() => decode(bytes)).toThrow(/_INVALID/);
    }),
  );
});

it("an ack may carry a receipt", () => {
  const ack = {
    head,
    reason: "commit" as const,
    receipt: Uint8Array.from(encodeReceipt(receipt, key.signer)),
  };
  expect(decodeAck(encodeAck(ack))).toEqual(ack);
});

it("a notice and the journal name an event alike", () => {
  expect(eventId(notice.epoch, notice.event)).toBe("00112233445566ff:5:contact-changed:4");
});
