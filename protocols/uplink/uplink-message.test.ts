import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeAck, encodeAck } from "./ack.ts";
import { decodeHello, encodeHello, HELLO_EPOCHS_MAX } from "./hello.ts";
import { decodeStatus, encodeStatus } from "./status.ts";
import { parseDownTopic, parseUpTopic, topicOf } from "./topic.ts";

const hexOf = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => Buffer.from(value).toString("hex"));
const position = fc.record({ epoch: hexOf(8), seq: fc.integer({ min: 1, max: 2 ** 40 }), hash: hexOf(32) });
const held = fc.record({
  epoch: hexOf(8),
  parent: fc.option(position),
  oldestSeq: fc.nat(),
  newestSeq: fc.nat(),
});

describe("uplink messages", () => {
  it("everyHelloComesBack", () => {
    fc.assert(
      fc.property(fc.array(held, { maxLength: 20 }), (epochs) => {
        expect(decodeHello(encodeHello({ epochs, software: "sealwatch-gateway 0.1.0" })).epochs).toEqual(
          epochs,
        );
      }),
    );
  });

  it("ofTooManyEpochsAHelloTellsTheOldestAndTheNewest", () => {
    const epochs = Array.from({ length: HELLO_EPOCHS_MAX + 3 }, (_, index) => ({
      epoch: index.toString(16).padStart(16, "0"),
      parent: null,
      oldestSeq: 1,
      newestSeq: 1,
    }));
    expect(decodeHello(encodeHello({ epochs, software: "" })).epochs).toEqual([
      ...epochs.slice(0, 1),
      ...epochs.slice(4),
    ]);
  });

  it("everyAckComesBack", () => {
    const ack = fc.record({
      head: fc.option(position),
      reason: fc.constantFrom("hello" as const, "commit" as const, "rewind" as const),
    });
    fc.assert(
      fc.property(ack, (before) => {
        expect(decodeAck(encodeAck(before))).toEqual(before);
      }),
    );
  });

  it("garbageIsRefusedWithACode", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        for (const decode of [decodeHello, decodeAck, decodeStatus]) {
          expect(() => decode(bytes)).toThrow(/CBOR_INVALID|MESSAGE_INVALID/);
        }
      }),
    );
  });

  it("aStatusComesBack", () => {
    expect(decodeStatus(encodeStatus("offline"))).toEqual({ v: 1, state: "offline" });
  });

  it.each([
    "sealwatch/v1/+/segment",
    "sealwatch/v1/#",
    "sealwatch/v2/gw-1/segment",
    "sealwatch/v1/gw-1/segment/x",
    "$SYS/a",
    "",
  ])("%s is no gateway's topic", (topic) => {
    expect(parseUpTopic(topic)).toBeNull();
    expect(parseDownTopic(topic)).toBeNull();
  });

  it("aTopicNamesItsGatewayAndItsLeaf", () => {
    expect(parseUpTopic(topicOf("gw-000001", "segment"))).toEqual({ gateway: "gw-000001", leaf: "segment" });
    expect(parseUpTopic(topicOf("gw-000001", "ack"))).toBeNull();
    expect(parseDownTopic(topicOf("gw-000001", "ack"))).toEqual({ gateway: "gw-000001", leaf: "ack" });
  });
});
