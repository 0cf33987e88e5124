import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeModbusReply, replyDataBytes } from "./read-reply.ts";
import type { ReadRequest } from "./request.ts";
import { encodeExceptionResponse, encodeRegistersResponse } from "./response.ts";
import {
  decodeRtuFrame,
  encodeRtuFrame,
  findRtuReply,
  RTU_FRAME_BYTES_MAX,
  RTU_NOISE_BYTES_MAX,
} from "./rtu-frame.ts";

const bytesOf = (hex: string) => Uint8Array.from(hex.split(" "), (byte) => Number.parseInt(byte, 16));
const unit = fc.integer({ min: 1, max: 247 });
const pdu = fc.uint8Array({ minLength: 1, maxLength: 253 });
/** Registers as a meter sends them: 1 to 40. */
const registers = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => {
  const doubled = new Uint8Array(bytes.length * 2);
  bytes.forEach((byte, index) => {
    doubled[2 * index + 1] = byte;
  });
  return doubled;
});
const reply = fc.record({ unit, data: registers }).map(({ unit: from, data }) => ({
  frame: encodeRtuFrame(from, encodeRegistersResponse(3, data)),
  expected: { unit: from, functionCode: 3, dataBytes: data.length },
}));

function flip(frame: Uint8Array, bits: readonly number[]): Uint8Array {
  const flipped = frame.slice();
  for (const bit of bits) flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}

/**
 * The bit that makes an exception of an answer. Such a frame is over after five bytes, of which the data may by chance be the CRC
 * (1 in 65,536): a CRC promises to find errors only where the length is known.
 */
const EXCEPTION_BIT = 15;

describe("an RTU frame", () => {
  it("comes back as it was sent", () => {
    fc.assert(
      fc.property(unit, pdu, (from, sent) => {
        expect(decodeRtuFrame(encodeRtuFrame(from, sent))).toEqual({ unit: from, pdu: sent });
      }),
    );
  });

  it("is refused after any single-bit error", () => {
    fc.assert(
      fc.property(reply, ({ frame, expected }) => {
        for (let bit = 0; bit < frame.length * 8; bit++) {
          expect(decodeRtuFrame(flip(frame, [bit]))).toBeNull();
          if (bit !== EXCEPTION_BIT) expect(findRtuReply(flip(frame, [bit]), expected)).toBeNull();
        }
      }),
      { numRuns: 20 },
    );
  });

  it("is refused after any burst of up to 16 bits", () => {
    const burst = fc.record({ at: fc.nat(), pattern: fc.integer({ min: 1, max: 0xffff }) });
    fc.assert(
      fc.property(reply, burst, ({ frame, expected }, { at, pattern }) => {
        const start = at % (frame.length * 8 - 15);
        const bits = Array.from({ length: 16 }, (_, bit) => bit)
          .filter((bit) => (pattern >> bit) & 1)
          .map((bit) => start + bit);
        const broken = flip(frame, bits);
        expect(decodeRtuFrame(broken)).toBeNull();
        if (!bits.includes(EXCEPTION_BIT)) expect(findRtuReply(broken, expected)).toBeNull();
      }),
      { numRuns: 5_000 },
    );
  });

  it("passes by chance no more often than its check allows, over a million corrupted frames", () => {
    const FRAMES = 1_000_000;
    const frame = encodeRtuFrame(17, encodeRegistersResponse(3, bytesOf("43 66 33 34")));
    const expected = { unit: 17, functionCode: 3, dataBytes: 4 };
    const next = xorshift32(20_260_731);
    let accepted = 0;
    for (let count = 0; count < FRAMES; count++) {
      const broken = frame.slice();
      // The header stays right: only the CRC stands between these and a wrong value.
      new DataView(broken.buffer).setUint32(3, next());
      if (broken.every((byte, index) => byte === frame[index])) continue;
      new DataView(broken.buffer).setUint16(7, next() & 0xffff);
      if (findRtuReply(broken, expected)) accepted++;
    }
    const mean = FRAMES / 65_536;
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThanOrEqual(mean + 4 * Math.sqrt(mean));
  });
});

describe("finding a reply", () => {
  it("finds it behind noise and before more, wherever the bytes are cut", () => {
    const noise = fc.uint8Array({ maxLength: RTU_NOISE_BYTES_MAX });
    fc.assert(
      fc.property(reply, noise, fc.uint8Array({ maxLength: 8 }), ({ frame, expected }, before, after) => {
        const clean = before.map((byte) => (byte === expected.unit ? 0 : byte));
        const line = Uint8Array.from([...clean, ...frame, ...after]);
        expect(findRtuReply(line, expected)).toEqual(frame.slice(1, -2));
        expect(findRtuReply(line.subarray(0, clean.length + frame.length - 1), expected)).toBeNull();
      }),
    );
  });

  it("takes no other unit, function or length for the answer, and never its own question", () => {
    const frame = bytesOf("01 04 04 43 66 33 34 1B 38");
    const expected = { unit: 1, functionCode: 4, dataBytes: 4 };
    expect(findRtuReply(frame, expected)).not.toBeNull();
    expect(findRtuReply(frame, { ...expected, unit: 2 })).toBeNull();
    expect(findRtuReply(frame, { ...expected, functionCode: 3 })).toBeNull();
    expect(findRtuReply(frame, { ...expected, dataBytes: 2 })).toBeNull();
    expect(findRtuReply(bytesOf("01 04 00 00 00 02 71 CB"), expected)).toBeNull();
  });

  it("takes an exception for what it is", () => {
    const frame = encodeRtuFrame(9, encodeExceptionResponse(3, 2));
    expect(findRtuReply(frame, { unit: 9, functionCode: 3, dataBytes: 200 })).toEqual(bytesOf("83 02"));
  });

  it("measures a device identification by its objects", () => {
    const identification = bytesOf("2B 0E 01 01 00 00 02 00 02 41 42 01 01 43");
    const frame = encodeRtuFrame(3, identification);
    const expected = { unit: 3, functionCode: 0x2b, dataBytes: null };
    expect(findRtuReply(frame, expected)).toEqual(identification);
    for (let end = 0; end < frame.length; end++)
      expect(findRtuReply(frame.subarray(0, end), expected)).toBeNull();
  });

  it("never throws on any bytes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 2 * RTU_FRAME_BYTES_MAX }),
        fc.constantFrom(0x2b, 1, 3),
        (bytes, code) => {
          findRtuReply(bytes, {
            unit: bytes[0] ?? 0,
            functionCode: code,
            dataBytes: code === 0x2b ? null : (bytes[2] ?? 0),
          });
        },
      ),
    );
  });
});

describe("a read's reply", () => {
  const asked = (functionCode: 1 | 2 | 3 | 4, quantity: number): ReadRequest => ({
    functionCode,
    address: 0,
    quantity,
  });
  it.each([
    ["01 04 04 43 66 33 34 1B 38", asked(4, 2), [0x4366, 0x3334]],
    [
      "01 04 0C 43 6B 5A B4 42 DC 67 20 42 48 0C 63 AF 7C",
      asked(4, 6),
      [17259, 23220, 17116, 26400, 16968, 3171],
    ],
    ["01 03 04 00 00 C1 48 AB 95", asked(3, 2), [0, 0xc148]],
    ["01 01 01 41 91 B8", asked(1, 8), [1, 0, 0, 0, 0, 0, 1, 0]],
  ])("decodes the frame %s of a manual", (hex, request, values) => {
    const found = findRtuReply(bytesOf(hex), {
      unit: 1,
      functionCode: request.functionCode,
      dataBytes: replyDataBytes(request),
    });
    expect(found && decodeModbusReply(found, request)).toEqual({ values });
  });

  it("tells an exception from what answers something else", () => {
    expect(decodeModbusReply(bytesOf("83 02"), asked(3, 2))).toEqual({ exception: 2 });
    expect(decodeModbusReply(bytesOf("03 02 00 01"), asked(3, 2))).toBeNull();
    expect(decodeModbusReply(new Uint8Array(0), asked(3, 2))).toBeNull();
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
