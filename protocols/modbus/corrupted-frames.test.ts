import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePoint } from "../device-profile/decode-point.ts";
import { modbusPointSchema } from "../device-profile/device-point.ts";
import { QUALITY } from "../vocabulary/quality.ts";
import { encodeMbap, splitMbap } from "./mbap.ts";
import { decodeModbusReply, replyDataBytes } from "./read-reply.ts";
import type { ReadRequest } from "./request.ts";
import { encodeBitsResponse, encodeRegistersResponse } from "./response.ts";
import { decodeRtuFrame, encodeRtuFrame, findRtuReply } from "./rtu-frame.ts";

const FRAMES = 1_000_000;
/** What a bad frame may do, at most: the theoretical mean of a 16-bit check, and four deviations of it. */
const MEAN = FRAMES / 65_536;
const ACCEPTED_MAX = MEAN + 4 * Math.sqrt(MEAN);

const UNIT = 17;
const READ: ReadRequest = { functionCode: 4, address: 0, quantity: 2 };
const EXPECTED = { unit: UNIT, functionCode: READ.functionCode, dataBytes: replyDataBytes(READ) };
/** 230.2 V, as the maker's manual prints it. */
const PDU = encodeRegistersResponse(4, Uint8Array.of(0x43, 0x66, 0x33, 0x34));
const VOLTAGE = modbusPointSchema.parse({
  id: "voltage-l1",
  kind: "voltage",
  phase: "L1",
  unit: "V",
  function: 4,
  address: 0,
  type: "f32",
  decimals: 1,
  range: [0, 500],
});

/** Nothing that is believed may lie outside the point's range, and nothing else may pass for good. */
function judge(values: readonly number[]): void {
  const { scaled, quality } = decodePoint(VOLTAGE, values);
  if (quality === QUALITY.good) {
    expect(scaled).toBeGreaterThanOrEqual(0);
    expect(scaled).toBeLessThanOrEqual(5_000);
  } else expect([QUALITY.outOfRange, QUALITY.notPresent]).toContain(quality);
}

describe("RTU", () => {
  it("refusesEveryBurstOfUpTo16BitsAtEveryPlace", () => {
    const frame = encodeRtuFrame(UNIT, PDU);
    const broken = frame.slice();
    let accepted = 0;
    for (let start = 0; start < frame.length * 8; start++) {
      // A burst begins where its first wrong bit is: odd patterns only. Bits go over the wire lowest first.
      for (let pattern = 1; pattern <= 0xffff; pattern += 2) {
        const first = start >> 3;
        const shifted = pattern << (start & 7);
        if (first * 8 + 32 - Math.clz32(shifted) > frame.length * 8) continue;
        broken.set(frame);
        for (let byte = 0; byte < 3 && first + byte < frame.length; byte++)
          broken[first + byte] = (frame[first + byte] ?? 0) ^ ((shifted >>> (8 * byte)) & 0xff);
        if (decodeRtuFrame(broken) !== null) accepted++;
      }
    }
    expect(accepted).toBe(0);
  }, 180_000);

  it("whatPassesOfAMillionCorruptedFramesIsRareAndMeetsThePlausibilityChecks", () => {
    const frame = encodeRtuFrame(UNIT, PDU);
    const random = xorshift32(3_155);
    const broken = frame.slice();
    let accepted = 0;
    for (let count = 0; count < FRAMES; count++) {
      broken.set(frame);
      for (let hits = 1 + (random() % 6); hits > 0; hits--) broken[random() % frame.length] = random() & 0xff;
      if (broken.every((byte, index) => byte === frame[index])) continue;
      const pdu = findRtuReply(broken, EXPECTED);
      if (!pdu) continue;
      accepted++;
      const reply = decodeModbusReply(pdu, READ);
      if (reply && "values" in reply) judge(reply.values);
    }
    process.stdout.write(
      `RTU: ${accepted} of ${FRAMES} corrupted frames accepted, ${MEAN.toFixed(1)} by chance\n`,
    );
    expect(accepted).toBeLessThanOrEqual(ACCEPTED_MAX);
  }, 180_000);
});

describe("MBAP, which has no check of its own", () => {
  it("neverGivesAMillionCorruptedFramesToAnotherQuestionOrOutOfBounds", () => {
    const frame = encodeMbap({ transactionId: 7, unit: UNIT, pdu: PDU });
    const random = xorshift32(502);
    const broken = frame.slice();
    for (let count = 0; count < FRAMES; count++) {
      broken.set(frame);
      for (let hits = 1 + (random() % 4); hits > 0; hits--) broken[random() % frame.length] = random() & 0xff;
      const { frames, rest, fault } = splitMbap(broken);
      if (
        fault === null &&
        rest.length + frames.reduce((sum, { pdu }) => sum + 7 + pdu.length, 0) !== frame.length
      )
        throw new Error(`bytes lost of ${broken.join()}`);
      for (const { transactionId, unit, pdu } of frames) {
        if (transactionId !== 7 || unit !== UNIT) continue;
        const reply = decodeModbusReply(pdu, READ);
        if (!reply || !("values" in reply)) continue;
        if (reply.values.length !== READ.quantity) throw new Error(`wrong length in ${broken.join()}`);
        judge(reply.values);
      }
    }
  }, 180_000);
});

describe("a read and its answer", () => {
  const registers = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 125 });
  const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 2_000 });

  it("comeBackWholeFromBothKindsOfTransport", () => {
    const sent = fc.oneof(
      fc.tuple(fc.constantFrom<3 | 4>(3, 4), registers),
      fc.tuple(fc.constantFrom<1 | 2>(1, 2), bits),
    );
    fc.assert(
      fc.property(sent, fc.integer({ min: 1, max: 247 }), ([functionCode, values], unit) => {
        const request: ReadRequest = { functionCode, address: 0, quantity: values.length };
        const pdu =
          functionCode <= 2
            ? encodeBitsResponse(functionCode, Uint8Array.from(values))
            : encodeRegistersResponse(
                functionCode,
                Uint8Array.from(values.flatMap((word) => [word >> 8, word & 0xff])),
              );
        const expected = { unit, functionCode, dataBytes: replyDataBytes(request) };
        const overRtu = findRtuReply(encodeRtuFrame(unit, pdu), expected);
        const overTcp = splitMbap(encodeMbap({ transactionId: 1, unit, pdu })).frames[0]?.pdu;
        expect(overRtu && decodeModbusReply(overRtu, request)).toEqual({ values });
        expect(overTcp && decodeModbusReply(overTcp, request)).toEqual({ values });
      }),
    );
  });
});

function xorshift32(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
