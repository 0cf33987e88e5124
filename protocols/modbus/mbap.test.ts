import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeMbap, type MbapFrame, splitMbap } from "./mbap.ts";

const anyFrame = fc.record({
  transactionId: fc.integer({ min: 0, max: 0xffff }),
  unit: fc.integer({ min: 0, max: 0xff }),
  pdu: fc.uint8Array({ minLength: 1, maxLength: 253 }),
});

function comparable(frame: MbapFrame) {
  return { ...frame, pdu: [...frame.pdu] };
}

describe("MBAP", () => {
  it("layoutIsThatOfTheImplementationGuide", () => {
    const frame = { transactionId: 0x1501, unit: 0xff, pdu: Uint8Array.of(3, 0, 4, 0, 1) };
    expect(Buffer.from(encodeMbap(frame)).toString("hex")).toBe("150100000006ff0300040001");
  });

  it("framesSurviveBeingCutAnywhere", () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 5 }), fc.array(fc.nat(300)), (frames, cuts) => {
        const stream = Buffer.concat(frames.map(encodeMbap));
        const found: MbapFrame[] = [];
        let rest: Uint8Array = new Uint8Array();
        let offset = 0;
        for (const cut of [...cuts, stream.length]) {
          const split = splitMbap(Buffer.concat([rest, stream.subarray(offset, offset + cut)]));
          offset = Math.min(stream.length, offset + cut);
          expect(split.fault).toBeNull();
          expect(split.rest.length).toBeLessThan(260);
          found.push(...split.frames);
          rest = split.rest;
        }
        expect(found.map(comparable)).toEqual(frames.map(comparable));
        expect(rest.length).toBe(0);
      }),
    );
  });

  it("anyBytesAreSplitWithoutThrowingAndNeverKeptBeyondOneFrame", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1000 }), (bytes) => {
        const split = splitMbap(bytes);
        if (split.fault === null) expect(split.rest.length).toBeLessThan(260);
      }),
    );
  });

  it.each([
    ["protocol-id", "000100010006010300000001"],
    ["length", "00010000000101"],
    ["length", "0001000000ff0103"],
  ] as const)("%s fault in %s", (fault, hex) => {
    expect(splitMbap(Buffer.from(hex, "hex")).fault).toBe(fault);
  });

  it("framesBeforeTheFaultAreStillGiven", () => {
    const good = encodeMbap({ transactionId: 7, unit: 1, pdu: Uint8Array.of(4, 0, 0, 0, 2) });
    const split = splitMbap(Buffer.concat([good, Buffer.from("GET / HTTP/1.1\r\n")]));
    expect(split.frames).toHaveLength(1);
    expect(split.fault).toBe("protocol-id");
  });

  it("pduOutsideTheBoundIsRefused", () => {
    expect(() => encodeMbap({ transactionId: 0, unit: 1, pdu: new Uint8Array(254) })).toThrow(RangeError);
    expect(() => encodeMbap({ transactionId: 0, unit: 1, pdu: new Uint8Array(0) })).toThrow(RangeError);
  });
});
