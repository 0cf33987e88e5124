import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packetLengthGuard } from "./packet-length-guard.ts";

const MAX_BYTES = 300;

/** A packet whose fixed header announces `length` bytes (MQTT 3.1.1 §2.2.3) and that holds them. */
function packet(length: number): number[] {
  const header = [0x30];
  let left = length;
  do {
    header.push((left % 128) | (left >= 128 ? 0x80 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return [...header, ...new Array<number>(length).fill(0xff)];
}

describe("packet length guard", () => {
  it("letsEveryPacketWithinTheBoundThroughHoweverTheStreamIsCut", () => {
    const lengths = fc.array(fc.integer({ min: 0, max: MAX_BYTES }), { maxLength: 8 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 50 }), (list, chunk) => {
        const stream = list.flatMap(packet);
        const within = packetLengthGuard(MAX_BYTES);
        for (let at = 0; at < stream.length; at += chunk) {
          expect(within(Uint8Array.from(stream.slice(at, at + chunk)))).toBe(true);
        }
      }),
    );
  });

  it("refusesAnOversizedPacketAtItsHeaderBeforeTheBodyArrives", () => {
    fc.assert(
      fc.property(fc.integer({ min: MAX_BYTES + 1, max: 2 ** 28 - 1 }), (length) => {
        const header = packet(0).slice(0, 1);
        let left = length;
        do {
          header.push((left % 128) | (left >= 128 ? 0x80 : 0));
          left = Math.floor(left / 128);
        } while (left > 0);
        const within = packetLengthGuard(MAX_BYTES);
        expect([...packet(5), ...header].every((byte) => within(Uint8Array.of(byte)))).toBe(false);
      }),
    );
  });

  it("refusesALengthThatNeverEnds", () => {
    expect(packetLengthGuard(2 ** 29)(Uint8Array.of(0x30, 0x80, 0x80, 0x80, 0x80, 0x80))).toBe(false);
  });
});
