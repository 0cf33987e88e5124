import { describe, expect, it } from "vitest";
import { encodeDlt645Frame, findDlt645Frame } from "./dlt645-frame.ts";
import {
  decodeDlt645Address,
  decodeDlt645Reply,
  encodeDlt645Read,
  encodeDlt645ReadAddress,
} from "./dlt645-read.ts";
import { decodeDlt645Value } from "./dlt645-value.ts";

const bytesOf = (hex: string) => Uint8Array.from(hex.split(" "), (pair) => Number.parseInt(pair, 16));
const hexOf = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(" ");

/** Frames seen in public captures; their checksums were recomputed. */
const requests = [
  ["000000000161", "00010000", "68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16"],
  ["000000000161", "02030000", "68 61 01 00 00 00 00 68 11 04 33 33 36 35 18 16"],
  ["201000000012", "0201FF00", "68 12 00 00 00 10 20 68 11 04 33 32 34 35 F5 16"],
] as const;

const ENERGY = "XXXXXX.XX";
const answers = [
  ["000000000161", "00010000", ENERGY, [0.26], "68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16"],
  ["000000000161", "02010100", "XXX.X", [100.1], "68 61 01 00 00 00 00 68 91 06 33 34 34 35 34 43 10 16"],
  [
    "000000000161",
    "02020100",
    "XXX.XXX",
    [4.999],
    "68 61 01 00 00 00 00 68 91 07 33 34 35 35 CC 7C 33 16 16",
  ],
  [
    "000000000161",
    "02030000",
    "XX.XXXX",
    [0.2512],
    "68 61 01 00 00 00 00 68 91 07 33 33 36 35 45 58 33 6B 16",
  ],
  ["000000000161", "02060000", "X.XXX", [0.501], "68 61 01 00 00 00 00 68 91 06 33 33 39 35 34 38 09 16"],
  [
    "201000000012",
    "0201FF00",
    "XXX.X",
    [225.6, null, null],
    "68 12 00 00 00 10 20 68 91 0A 33 32 34 35 89 55 32 32 32 32 21 16",
  ],
  [
    "181226034194",
    "0201FF00",
    "XXX.X",
    [230.3, 0, 0],
    "FE FE FE FE 68 94 41 03 26 12 18 68 91 0A 33 32 34 35 36 56 33 33 33 33 B9 16",
  ],
  [
    "181226034194",
    "0202FF00",
    "XXX.XXX",
    [0.188, 0, 0],
    "FE FE FE FE 68 94 41 03 26 12 18 68 91 0D 33 32 35 35 BB 34 33 33 33 33 33 33 33 B9 16",
  ],
  [
    "123456789012",
    "00010000",
    ENERGY,
    [1234.56],
    "FE FE 68 12 90 78 56 34 12 68 91 08 33 33 34 33 89 67 45 33 54 16",
  ],
  [
    "201709320072",
    "00010000",
    ENERGY,
    [1.86],
    "FE FE 68 72 00 32 09 17 20 68 91 08 33 33 34 33 B9 34 33 33 6D 16",
  ],
] as const;

function frameIn(hex: string) {
  const found = findDlt645Frame(bytesOf(hex));
  if (found.kind !== "frame") throw new Error(`${hex}: ${found.kind}`);
  return found.frame;
}

describe("DL/T 645-2007 as captured", () => {
  it.each(requests)("asks meter %s for %s", (address, di, hex) => {
    expect(hexOf(encodeDlt645Read(address, di))).toBe(hex);
    expect(frameIn(hex).address).toBe(address);
  });

  it.each(answers)("reads meter %s, %s as %s", (address, di, format, values, hex) => {
    const frame = frameIn(hex);
    expect(frame.address).toBe(address);
    const reply = decodeDlt645Reply(frame, di);
    if (reply.kind !== "data") throw new Error(reply.kind);
    const width = reply.bytes.length / values.length;
    const decoded = values.map((_, index) =>
      decodeDlt645Value(reply.bytes.slice(index * width, (index + 1) * width), format, true),
    );
    expect(decoded).toEqual(values);
    const lead = hex.startsWith("FE") ? hex.slice(0, hex.indexOf("68")) : "";
    expect(lead + hexOf(encodeDlt645Frame(frame))).toBe(hex);
  });

  it("asks whichever meter is there for its address", () => {
    expect(hexOf(encodeDlt645ReadAddress())).toBe("68 AA AA AA AA AA AA 68 13 00 DF 16");
    expect(hexOf(encodeDlt645ReadAddress({ wakeUp: true }))).toBe(
      "FE FE FE FE 68 AA AA AA AA AA AA 68 13 00 DF 16",
    );
  });

  it("takes the address a meter states, unless its frame comes from another", () => {
    const data = Uint8Array.of(0x12, 0x90, 0x78, 0x56, 0x34, 0x12);
    const answer = { address: "123456789012", control: 0x93, data };
    expect(decodeDlt645Address(answer)).toBe("123456789012");
    expect(decodeDlt645Address({ ...answer, address: "123456789013" })).toBeNull();
    expect(decodeDlt645Address({ ...answer, control: 0x91 })).toBeNull();
  });

  it("tells an error answer from data", () => {
    const frame = frameIn("68 12 90 78 56 34 12 68 D1 01 35 8D 16");
    expect(decodeDlt645Reply(frame, "00010000")).toEqual({ kind: "error", code: 2 });
  });

  it("refuses a capture with a wrong checksum", () => {
    const found = findDlt645Frame(bytesOf("68 37 03 00 92 81 39 68 91 06 33 34 34 35 C7 56 B6 16"));
    expect(found).toMatchObject({ kind: "bad", consumed: 18 });
  });

  it("takes another identifier's answer for something not asked for", () => {
    const frame = frameIn("68 61 01 00 00 00 00 68 91 06 33 34 34 35 34 43 10 16");
    expect(decodeDlt645Reply(frame, "02010200")).toEqual({ kind: "other" });
  });

  it("asks for what follows by the sequence, and takes only that part", () => {
    const read = { address: "000000000161", di: "0201FF00" };
    const asked = encodeDlt645Read(read.address, read.di, { sequence: 1 });
    // Derived: control 12, the identifier, the sequence, each byte of data with 33 added.
    expect(hexOf(asked)).toBe("68 61 01 00 00 00 00 68 12 05 33 32 34 35 34 4B 16");
    const data = Uint8Array.of(0x00, 0xff, 0x01, 0x02, 0x26, 0x22, 1);
    const part = { address: read.address, control: 0xb2, data };
    expect(decodeDlt645Reply(part, read.di, 1)).toEqual({
      kind: "data",
      bytes: Uint8Array.of(0x26, 0x22),
      more: true,
    });
    expect(decodeDlt645Reply({ ...part, control: 0x92 }, read.di, 1)).toMatchObject({ more: false });
    expect(decodeDlt645Reply(part, read.di, 2)).toEqual({ kind: "other" });
    expect(decodeDlt645Reply(part, read.di)).toEqual({ kind: "other" });
    expect(decodeDlt645Reply({ ...part, control: 0xb1 }, read.di, 1)).toEqual({ kind: "other" });
    const refused = { address: read.address, control: 0xd2, data: Uint8Array.of(2) };
    expect(decodeDlt645Reply(refused, read.di, 1)).toEqual({ kind: "error", code: 2 });
    expect(decodeDlt645Reply({ ...part, control: 0xb1 }, read.di)).toMatchObject({ more: true });
    expect(() => encodeDlt645Read(read.address, read.di, { sequence: 256 })).toThrow(/0 to 255/);
  });
});
