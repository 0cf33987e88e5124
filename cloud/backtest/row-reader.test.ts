import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LINE_MAX_CHARS } from "./csv-lines.ts";
import type { CsvRow } from "./csv-rows.ts";
import { RowReader } from "./row-reader.ts";

const START_MS = 1_768_406_400_000;
const MINUTE_MS = 60_000;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sealwatch-rows-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Reads a file that wants the column power: its rows as `line=power`, and what was complained of without the file's name. */
async function read(content: string | Uint8Array) {
  const csv = join(folder, "data.csv");
  writeFileSync(csv, content);
  const rows: CsvRow[] = [];
  const complaints: string[] = [];
  const shares: number[] = [];
  const reader = new RowReader({
    csv,
    wanted: [{ name: "power" }],
    utcOffsetMin: 480,
    fromMs: null,
    toMs: null,
    complain: (text) => complaints.push(text.replace(csv, "")),
    progress: (share) => shares.push(share),
  });
  await reader.read((row) => rows.push(row));
  return {
    rows: rows.map(({ line, values }) => `${line}=${values[0]}`),
    skipped: reader.skipped,
    complaints,
    shares,
  };
}

const at = (minute: number): number => START_MS + minute * MINUTE_MS;
const fileOf = (...lines: readonly string[]): string => ["time,note,power", ...lines].join("\n");

describe("a file of rows", () => {
  it("may have a mark, any line ends, quoted fields and blank lines, and keeps its line numbers", async () => {
    for (const end of ["\r\n", "\n", "\r"]) {
      const lines = ['\uFEFF"time","note","power"', `${at(1)},"a, ""b""","1.5"`, "", "", `"${at(2)}",, "2" `];
      const { rows, complaints } = await read(lines.join(end));
      expect(rows).toEqual(["2=1.5", "5=2"]);
      expect(complaints).toEqual([]);
    }
    expect((await read(`time,power\r\n${at(1)},1\r\r${at(2)},2\n\n\r\n${at(3)},3`)).rows).toEqual([
      "2=1",
      "4=2",
      "7=3",
    ]);
  });

  it("takes the same fields with and without quotes", async () => {
    const field = fc.string({
      unit: fc.constantFrom("a", "é", "功", "7", ",", '"', ";", " ", "\t"),
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(field, { minLength: 1, maxLength: 8 }), async (notes) => {
        const lines = notes.map((note, i) => `${at(i)},"${note.replaceAll('"', '""')}","${i}"`);
        const { rows, complaints } = await read(fileOf(...lines));
        expect(complaints).toEqual([]);
        expect(rows).toEqual(notes.map((_, i) => `${i + 2}=${i}`));
      }),
    );
  });

  it("takes a quote within a field that does not begin with one for a character", async () => {
    const { rows } = await read(fileOf(`${at(1)},pipe of 5",1`, `${at(2)},say "hi",2`));
    expect(rows).toEqual(["2=1", "3=2"]);
  });

  it("tells how much of it is done", async () => {
    const { shares } = await read(fileOf(...Array.from({ length: 10_000 }, (_, i) => `${at(i)},,1`)));
    expect(shares.length).toBeGreaterThan(1);
    expect(shares.at(-1)).toBe(1);
  });
});

describe("a hostile line", () => {
  it("whose quote never closes costs its own row alone", async () => {
    const { rows, complaints } = await read(
      fileOf(
        `${at(1)},a,1`,
        `${at(2)},"12,5`,
        `${at(3)},a,3`,
        `${at(4)},a,"4`,
        `"${at(5)},a,5`,
        `${at(6)},"a",6`,
      ),
    );
    expect(rows).toEqual(["2=1", "4=3", "7=6"]);
    expect(complaints).toEqual([
      expect.stringMatching(/^:3: note: end quoted text with a quote on the same line/),
      expect.stringMatching(/^:5: power: end quoted text/),
      expect.stringMatching(/^:6: time: end quoted text/),
    ]);
  });

  it("that goes on after a closing quote is not read as if it ended there", async () => {
    const { rows, complaints } = await read(
      fileOf(`${at(1)},a,"1"2`, `"${at(2)}"9,a,2`, `${at(3)},"a" b "c",3`, `${at(4)},"a","4" `),
    );
    expect(rows).toEqual(["5=4"]);
    expect(complaints.map((text) => text.split(" ", 2).join(" "))).toEqual([
      ":2: power:",
      ":3: time:",
      ":4: note:",
    ]);
  });

  it("that is half of a field with a line break is named, as is the other half", async () => {
    const { rows, complaints } = await read(fileOf(`${at(1)},"a`, `b",1`, `${at(2)},a,2`));
    expect(rows).toEqual(["4=2"]);
    expect(complaints).toEqual([
      expect.stringMatching(/^:2: note: end quoted/),
      expect.stringMatching(/^:3: time: /),
    ]);
  });

  it("that is too long is named, whatever it is made of", async () => {
    const size = 40 * LINE_MAX_CHARS;
    for (const filling of ["x", ",", '"', '",', "功"]) {
      const { rows, complaints } = await read(
        fileOf(`${at(1)},a,1`, `${at(2)},${filling.repeat(size / filling.length)}`, `${at(3)},a,3`),
      );
      expect(rows).toEqual(["2=1", "4=3"]);
      expect(complaints).toEqual([expect.stringMatching(/^:3: line: write at most 65536 characters a line/)]);
    }
  });

  it("leaves the row after it as it was, on its own line", async () => {
    const line = fc.string({
      unit: fc.constantFrom("1", "a", ",", '"', ";", "\t", " ", "\\", "\0"),
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 6 }), async (lines) => {
        const { rows } = await read(fileOf(...lines, `${at(1)},"last",1`));
        expect(rows.at(-1)).toBe(`${lines.length + 2}=1`);
      }),
    );
  });

  it("is one of twenty that are named, the rest are counted by column", async () => {
    const lines = Array.from({ length: 30 }, (_, i) => (i < 25 ? `${at(i)},"a,1` : `${at(i)},a,x`));
    const { complaints, skipped } = await read(fileOf(...lines, `${at(99)},a,1`));
    expect(skipped).toBe(30);
    expect(complaints).toHaveLength(21);
    expect(complaints.at(-1)).toMatch(/30 rows skipped in all, by column: note 25, power 5/);
  });
});

describe("a header", () => {
  it("that is not separated by commas says so, quoted or not", async () => {
    for (const header of ["time;note;power", "time\tpower", '"time";"power"', '"time"\t"power, kW"'])
      await expect(read(`${header}\n`)).rejects.toThrow(/line 1: it separates by semicolons or tabs/);
  });

  it("that is not UTF-8 says so", async () => {
    const utf16 = Buffer.from("\uFEFFtime,power\n", "utf16le");
    for (const bytes of [utf16, utf16.subarray(2), Buffer.from("time,\xb9\xa6\xc2\xca\n", "latin1")])
      await expect(read(bytes)).rejects.toThrow(/line 1: it is not UTF-8/);
  });

  it("whose quotes do not close, or that is too long, says so", async () => {
    await expect(read('time,"power\n')).rejects.toThrow(/line 1: end quoted text with a quote/);
    await expect(read('time,"power"x\n')).rejects.toThrow(/line 1: end quoted text with a quote/);
    const wide = `time,power${",x".repeat(LINE_MAX_CHARS)}`;
    await expect(read(`${wide}\n${at(1)},1\n`)).rejects.toThrow(/line 1: write at most 65536 characters/);
  });

  it("below blank lines is named by the line that it stands on", async () => {
    await expect(read("\n\r\ntime;power\n")).rejects.toThrow(/line 3: it separates by semicolons/);
    expect((await read(`\uFEFF\n\ntime,power\n${at(1)},1\n`)).rows).toEqual(["4=1"]);
  });
});
