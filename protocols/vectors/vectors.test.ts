import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatClaimCode, parseClaimCode } from "../enrolment/claim-code.ts";
import { encodeSegment } from "../segment/seal-segment.ts";
import { decodeSegment, segmentRecords, verifySegment } from "../segment/segment.ts";
import { encodeHeader } from "../segment/segment-header.ts";
import { ed25519PublicKey, ed25519Signer, ed25519Verifier } from "../segment/signing-key.ts";
import { decodeAck, encodeAck } from "../uplink/ack.ts";
import { decodeOrder, encodeOrder } from "../uplink/cloud-order.ts";
import { decodeReceipt, encodeReceipt } from "../uplink/head-receipt.ts";
import { decodeHello, encodeHello } from "../uplink/hello.ts";
import { decodeNotice, encodeNotice, eventId } from "../uplink/notice.ts";

interface Vector {
  readonly what: string;
  readonly value: never;
  readonly hex: string;
  readonly [field: string]: unknown;
}

/** The file's content as whoever writes another gateway reads it. */
function read(name: string) {
  return JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), "utf8"));
}
const vectorsOf = (name: string): Vector[] => read(name).vectors;
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
const hex = (value: Uint8Array) => Buffer.from(value).toString("hex");

const keys = read("keys");
const pkcs8 = (seed: string) =>
  `-----BEGIN PRIVATE KEY-----\n${Buffer.from(`302e020100300506032b657004220420${seed}`, "hex").toString("base64")}\n-----END PRIVATE KEY-----\n`;
const gateway = pkcs8(keys.gatewaySeed);
const cloud = pkcs8(keys.cloudSeed);
const gatewaySigner = ed25519Signer(gateway);
const cloudSigner = ed25519Signer(cloud);
const gatewayKey = ed25519Verifier(keys.gatewayPublicKey);
const cloudKey = ed25519Verifier(keys.cloudPublicKey);

describe("the published vectors", () => {
  it("comeWithTheKeysThatTheyNeed", () => {
    expect([ed25519PublicKey(gateway), ed25519PublicKey(cloud)]).toEqual([
      keys.gatewayPublicKey,
      keys.cloudPublicKey,
    ]);
  });

  it.each(vectorsOf("segment"))("segment: $what", (vector) => {
    const segment = decodeSegment(bytes(vector.hex));
    verifySegment(segment, gatewayKey);
    expect(segment.header).toEqual(vector["header"]);
    expect(segment.hash).toBe(vector["hash"]);
    expect(hex(encodeHeader(segment.header))).toBe(vector["headerHex"]);
    expect(segmentRecords(segment)).toEqual(vector["records"]);
    expect(hex(encodeSegment(segment))).toBe(vector.hex);
  });

  it.each(vectorsOf("notice"))("notice: $what", (vector) => {
    const notice = decodeNotice(bytes(vector.hex), gatewayKey);
    expect(notice).toEqual(vector.value);
    expect(eventId(notice.epoch, notice.event)).toBe(vector["eventId"]);
    expect(hex(encodeNotice(vector.value, gatewaySigner))).toBe(vector.hex);
  });

  it.each(vectorsOf("receipt"))("receipt: $what", ({ value, hex: written }) => {
    expect(decodeReceipt(bytes(written), cloudKey)).toEqual(value);
    expect(hex(encodeReceipt(value, cloudSigner))).toBe(written);
  });

  it.each(vectorsOf("order"))("order: $what", ({ value, hex: written }) => {
    expect(decodeOrder(bytes(written), cloudKey)).toEqual(value);
    expect(hex(encodeOrder(value, cloudSigner))).toBe(written);
  });

  it.each(vectorsOf("hello"))("hello: $what", ({ value, hex: written }) => {
    expect(decodeHello(bytes(written))).toEqual(value);
    expect(hex(encodeHello(value))).toBe(written);
  });

  it.each(vectorsOf("ack"))("ack: $what", ({ value, hex: written }) => {
    const { receipt, ...ack } = decodeAck(bytes(written));
    expect(receipt ? { ...ack, receipt: hex(receipt) } : ack).toEqual(value);
    expect(hex(encodeAck(receipt ? { ...ack, receipt } : ack))).toBe(written);
  });

  it.each(vectorsOf("claim-code"))("claim code: $what", (vector) => {
    expect(formatClaimCode(vector.value)).toBe(vector["code"]);
    for (const typed of vector["typed"] as string[]) expect(parseClaimCode(typed)).toEqual(vector.value);
  });
});
