import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeBitsResponse, encodeExceptionResponse, encodeRegistersResponse } from "./response.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("Modbus response", () => {
  it("eastronAnswerOf230point2Volt", () => {
    expect(hex(encodeRegistersResponse(4, Buffer.from("43663334", "hex")))).toBe("040443663334");
  });

  it("ioBoxAnswerWithCoils0And6On", () => {
    expect(hex(encodeBitsResponse(1, Uint8Array.of(1, 0, 0, 0, 0, 0, 1, 0)))).toBe("010141");
  });

  it("exceptionSetsTheTopBit", () => {
    expect(hex(encodeExceptionResponse(4, 2))).toBe("8402");
    expect(hex(encodeExceptionResponse(0x90, 1))).toBe("9001");
  });

  it("everyBitStandsAtItsPlaceAndPaddingIsZero", () => {
    fc.assert(
      fc.property(fc.uint8Array({ min: 0, max: 1, minLength: 1, maxLength: 2000 }), (bits) => {
        const data = encodeBitsResponse(2, bits).subarray(2);
        for (let index = 0; index < data.length * 8; index++)
          expect(((data[index >> 3] ?? 0) >> (index & 7)) & 1).toBe(bits[index] ?? 0);
      }),
    );
  });
});
