import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identificationText, parseDeviceIdentification } from "./device-identification.ts";

const ascii = (text: string) => [...new TextEncoder().encode(text)];
const answer = (more: number, next: number, objects: readonly (readonly [number, string])[]) =>
  Uint8Array.from([
    ...[0x0e, 1, 1, more, next, objects.length],
    ...objects.flatMap(([id, text]) => [id, text.length, ...ascii(text)]),
  ]);

describe("device identification", () => {
  it("readsTheObjectsAndWhereToAskOn", () => {
    const first = parseDeviceIdentification(
      answer(0xff, 2, [
        [0, "Qingshi"],
        [1, "M3"],
      ]),
    );
    expect(first).toEqual({
      objects: new Map([
        [0, "Qingshi"],
        [1, "M3"],
      ]),
      next: 2,
    });
    expect(identificationText(first?.objects ?? new Map())).toBe('vendor "Qingshi", product "M3"');
    expect(parseDeviceIdentification(answer(0, 0, [[2, "1.0"]]))?.next).toBeNull();
  });

  it("neverAsksForWhatItJustGot", () => {
    expect(parseDeviceIdentification(answer(0xff, 0, [[0, "again"]]))?.next).toBeNull();
  });

  it("letsNoControlCharacterReachTheTerminal", () => {
    expect(parseDeviceIdentification(answer(0, 0, [[0, "a\x1b[2Jb"]]))?.objects.get(0)).toBe("a[2Jb");
  });

  it("refusesWhatEndsEarlyAndCrashesOnNothing", () => {
    const whole = answer(0, 0, [[0, "Qingshi"]]);
    for (let length = 0; length < whole.length; length++)
      expect(parseDeviceIdentification(whole.subarray(0, length))).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void parseDeviceIdentification(bytes)),
    );
  });
});
