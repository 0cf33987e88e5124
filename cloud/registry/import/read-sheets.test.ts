import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import writeWorkbook from "write-excel-file/node";
import { readSheets } from "./read-sheets.ts";

const ROWS = [
  ["序号", "企业名称", "地址"],
  ["1", "青石染化厂", "青石镇"],
];

/** Chinese Excel's encoding, found by decoding every pair of bytes: Node encodes UTF-8 only. */
const gb18030 = new Map<string, Buffer>();
for (let high = 0x81; high <= 0xfe; high++) {
  for (let low = 0x40; low <= 0xfe; low++) {
    const bytes = Buffer.from([high, low]);
    gb18030.set(new TextDecoder("gb18030").decode(bytes), bytes);
  }
}
const inGb18030 = (text: string): Buffer =>
  Buffer.concat([...text].map((char) => gb18030.get(char) ?? Buffer.from(char)));

/** An archive of one deflated part that may lie about its size. */
function zipOf(name: string, content: Buffer, saysBytes = content.length): Buffer {
  const packed = deflateRawSync(content);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(packed.length, 18);
  local.writeUInt32LE(saysBytes, 22);
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(saysBytes, 24);
  entry.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(30 + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, entry, Buffer.from(name), end]);
}

describe("a CSV file", () => {
  const csv = ROWS.map((row) => row.join(",")).join("\r\n");

  it("isReadInUtf8WithAndWithoutItsMarkAndInGb18030", async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(csv, "utf16le")]);
    for (const bytes of [Buffer.from(csv), Buffer.from(`\ufeff${csv}`), inGb18030(csv), utf16]) {
      expect((await readSheets(bytes))[0]?.rows).toEqual(ROWS);
    }
  });

  it("keepsTheRowNumbersOfASpreadsheet", async () => {
    const [sheet] = await readSheets(Buffer.from('a;b\n\n"x\ny";z\n'));
    expect(sheet?.rows).toEqual([["a", "b"], [null], ["x\ny", "z"]]);
  });
});

describe("an XLSX file", () => {
  it("isReadWithItsSheetsNumbersAndDates", async () => {
    const date = { value: new Date(Date.UTC(2026, 0, 20)), type: Date, format: "yyyy-mm-dd" };
    const bytes = await writeWorkbook([[{ value: "企业名称" }], [{ value: 42 }], [date]], {
      sheet: "名单",
    }).toBuffer();
    expect(await readSheets(bytes)).toEqual([{ name: "名单", rows: [["企业名称"], ["42"], ["2026-01-20"]] }]);
  });

  it("isRefusedWhenItUnpacksIntoMoreThanItMayOrSays", async () => {
    const zeros = Buffer.alloc(65 * 1024 * 1024);
    const bomb = zipOf("xl/worksheets/sheet1.xml", zeros);
    expect(bomb.length).toBeLessThan(100_000);
    await expect(readSheets(bomb)).rejects.toThrow(/unpacks into more than/);
    await expect(readSheets(zipOf("xl/a.xml", zeros, 1_000))).rejects.toThrow(
      /does not unpack into what it says/,
    );
  });

  it("isRefusedWhenACellLiesSoFarOutThatTheGridWouldFillTheMemory", async () => {
    const sheet = '<sheetData><row r="1"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>';
    await expect(readSheets(zipOf("xl/worksheets/sheet1.xml", Buffer.from(sheet)))).rejects.toThrow(
      /XFD1048576/,
    );
  });
});

describe("any bytes", () => {
  it("areReadOrRefusedWithAReason", async () => {
    const zip = zipOf("xl/worksheets/sheet1.xml", Buffer.from("<sheetData/>"));
    const damaged = fc
      .tuple(fc.nat(zip.length - 1), fc.nat(255))
      .map(([at, byte]) => Buffer.from(zip.map((old, index) => (index === at ? byte : old))));
    const some = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
    await fc.assert(
      fc.asyncProperty(fc.oneof(some, damaged), async (bytes) => {
        const told = await readSheets(bytes).catch((error: { code?: string }) => error.code);
        expect(Array.isArray(told) || told === "IMPORT_UNREADABLE").toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
