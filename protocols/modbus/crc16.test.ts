import { describe, expect, it } from "vitest";
import { crc16Modbus } from "./crc16.ts";

/** Published frames: Eastron and KBR manuals, a water meter note, Waveshare, IO-Box. The last two bytes are the CRC, low byte first. */
const PUBLISHED_FRAMES = [
  "01 04 00 00 00 02 71 CB",
  "01 04 04 43 66 33 34 1B 38",
  "01 03 00 0C 00 02 04 08",
  "01 03 04 42 C8 00 00 6F B5",
  "01 10 00 16 00 02 04 3F 80 00 00 7F 75",
  "01 04 0C 43 6B 5A B4 42 DC 67 20 42 48 0C 63 AF 7C",
  "01 03 00 00 00 02 C4 0B",
  "01 03 04 00 00 C1 48 AB 95",
  "01 02 00 00 00 08 79 CC",
  "01 01 00 00 00 08 3D CC",
  "01 01 01 41 91 B8",
];

describe("crc16Modbus", () => {
  it("checkValueOf123456789", () => {
    expect(crc16Modbus(Buffer.from("123456789"))).toBe(0x4b37);
  });

  it.each(PUBLISHED_FRAMES)("publishedFrame %s", (text) => {
    const frame = Buffer.from(text.replaceAll(" ", ""), "hex");
    expect(crc16Modbus(frame.subarray(0, -2))).toBe(frame.readUInt16LE(frame.length - 2));
  });
});
