import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantityMax, type ReadFunctionCode } from "./function-code.ts";
import { decodeModbusRequest, encodeModbusRead } from "./request.ts";

const pdu = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("Modbus request", () => {
  it("eastronReadOfThePhaseVoltage", () => {
    expect(decodeModbusRequest(pdu("04 00 00 00 02"))).toEqual({ functionCode: 4, address: 0, quantity: 2 });
  });

  it("waveshareReadOfEightInputs", () => {
    expect(decodeModbusRequest(pdu("02 00 00 00 08"))).toEqual({ functionCode: 2, address: 0, quantity: 8 });
  });

  it("readRequestsRoundTrip", () => {
    const anyRead = fc
      .constantFrom<ReadFunctionCode>(1, 2, 3, 4)
      .chain((functionCode) =>
        fc
          .integer({ min: 1, max: quantityMax(functionCode) })
          .chain((quantity) =>
            fc
              .integer({ min: 0, max: 0x10000 - quantity })
              .map((address) => ({ functionCode, address, quantity })),
          ),
      );
    fc.assert(
      fc.property(anyRead, (read) => {
        expect(decodeModbusRequest(encodeModbusRead(read))).toEqual(read);
      }),
    );
  });

  it.each([
    ["05 00 00 FF 00", 1],
    ["06 00 00 00 01", 1],
    ["0F 00 00 00 08 01 FF", 1],
    ["10 00 16 00 02 04 3F 80 00 00", 1],
    ["2B 0E 01 00", 1],
    ["04 00 00 00 00", 3],
    ["04 00 00 00 7E", 3],
    ["02 00 00 07 D1", 3],
    ["04 00 00 00", 3],
    ["04 00 00 00 02 00", 3],
    ["04 FF FF 00 02", 2],
  ])("%s answers exception %i", (text, exception) => {
    expect(decodeModbusRequest(pdu(text))).toEqual({ functionCode: pdu(text)[0], exception });
  });

  it("anyBytesDecodeWithoutThrowing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 253 }), (bytes) => {
        const request = decodeModbusRequest(bytes);
        if ("quantity" in request) expect(request.address + request.quantity).toBeLessThanOrEqual(0x10000);
      }),
    );
  });
});
