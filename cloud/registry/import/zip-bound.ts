import { inflateRawSync } from "node:zlib";
import { cloudError } from "../../errors.ts";

/** What a spreadsheet may be once unpacked, in bytes and in parts. */
const UNPACKED_MAX_BYTES = 64 * 1024 * 1024;
const PARTS_MAX = 500;
/** Cells beyond these are refused before a grid is made of them. */
const COLUMNS_MAX = 100;

/** Where a cell says that it is (ECMA-376 Part 1, 18.3.1.4). */
const CELL_PLACE = /<(?:\w+:)?c(?=\s)[^>]*?\sr\s*=\s*["']([A-Za-z]+)(\d+)["']/g;

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const END_BYTES = 22;
const COMMENT_MAX_BYTES = 65_535;
const STORED = 0;
const DEFLATED = 8;

/** One part of an archive, as its central directory names it (PKWARE APPNOTE 4.3.12). */
interface ZipPart {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly offset: number;
}

/**
 * Refuses what would unpack into more than it says or than it may, and sheets whose cells lie so far out that the grid between would
 * fill the memory. Throws IMPORT_UNREADABLE.
 */
export function checkWorkbook(bytes: Buffer, rowsMax: number): void {
  const parts = directoryOf(bytes);
  const total = parts.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0);
  if (total > UNPACKED_MAX_BYTES) throw unreadable(`it unpacks into more than ${UNPACKED_MAX_BYTES} bytes`);
  for (const part of parts) {
    const content = unpack(bytes, part);
    if (/\.xml$/i.test(part.name)) checkReach(content.toString("latin1"), rowsMax);
  }
}

function directoryOf(bytes: Buffer): ZipPart[] {
  let end = bytes.length - END_BYTES;
  const first = Math.max(0, end - COMMENT_MAX_BYTES);
  while (end >= first && bytes.readUInt32LE(end) !== END_OF_DIRECTORY) end -= 1;
  if (end < first) throw unreadable("it is no XLSX file");
  const count = bytes.readUInt16LE(end + 10);
  if (count > PARTS_MAX) throw unreadable(`it has more than ${PARTS_MAX} parts`);
  const parts: ZipPart[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) {
      throw unreadable("its directory is damaged");
    }
    const nameBytes = bytes.readUInt16LE(at + 28);
    parts.push({
      name: bytes.toString("utf8", at + 46, at + 46 + nameBytes),
      method: bytes.readUInt16LE(at + 10),
      packedBytes: bytes.readUInt32LE(at + 20),
      unpackedBytes: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return parts;
}

/** The part's bytes; what is longer than the directory says is refused before it is unpacked further. */
function unpack(bytes: Buffer, { name, method, packedBytes, unpackedBytes, offset }: ZipPart): Buffer {
  if (offset + 30 > bytes.length || bytes.readUInt32LE(offset) !== LOCAL_ENTRY) {
    throw unreadable(`its part ${name} is damaged`);
  }
  const start = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  const packed = bytes.subarray(start, start + packedBytes);
  if (method === STORED) return packed;
  if (method !== DEFLATED) throw unreadable(`its part ${name} is packed in a way that is not read`);
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, unpackedBytes) });
  } catch (cause) {
    throw unreadable(`its part ${name} does not unpack into what it says`, cause);
  }
}

function checkReach(xml: string, rowsMax: number): void {
  for (const [, letters = "", digits = ""] of xml.matchAll(CELL_PLACE)) {
    if (Number(digits) > rowsMax || columnNumber(letters.toUpperCase()) > COLUMNS_MAX) {
      throw unreadable(
        `it has cells out to ${letters}${digits}; at most ${rowsMax} rows and ${COLUMNS_MAX} columns are read`,
      );
    }
  }
}

/** 1 for A, 27 for AA. */
function columnNumber(letters: string): number {
  return [...letters].reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0);
}

function unreadable(why: string, cause?: unknown) {
  return cloudError("IMPORT_UNREADABLE", { why }, cause);
}
