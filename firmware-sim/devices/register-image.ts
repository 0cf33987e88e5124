import {
  EXCEPTION_CODE,
  encodeBitsResponse,
  encodeExceptionResponse,
  encodeRegistersResponse,
  type ReadRequest,
  readsBits,
} from "@sealwatch/protocols";
import {
  type RegisterArea,
  type RegisterRow,
  type RegisterTable,
  registersOf,
  type ValueRow,
} from "./register-table.ts";

const RANGE_OF = {
  bit: [0, 1],
  u16: [0, 0xffff],
  s16: [-0x8000, 0x7fff],
  u32: [0, 0xffff_ffff],
  s32: [-0x8000_0000, 0x7fff_ffff],
  s64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
} as const;
const BYTES_PER_REGISTER = 2;

interface AreaImage {
  readonly area: RegisterArea;
  /** One byte a bit, or two bytes a register. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly rows: readonly RegisterRow[];
}

/** Answers reads of one device out of its table; `showing` gives what a row shows at this instant, unscaled. */
export interface RegisterImage {
  /** The response PDU, or an exception's. Checks in the order of V1.1b3, 6.1 to 6.4. */
  answer(request: ReadRequest): Uint8Array;
}

/** Builds the image of `table`. */
export function registerImage(table: RegisterTable, showing: (row: ValueRow) => number): RegisterImage {
  const images = table.areas.map((area) => areaImage(area, table.rows));
  return {
    answer({ functionCode, address, quantity }) {
      const refuse = (why: keyof typeof EXCEPTION_CODE) =>
        encodeExceptionResponse(functionCode, EXCEPTION_CODE[why]);
      if (!images.some(({ area }) => area.functionCode === functionCode)) return refuse("illegalFunction");
      if (quantity > table.quantityMax) return refuse("illegalDataValue");
      const image = images.find(({ area }) => covers(area, functionCode, address, quantity));
      if (!image) return refuse("illegalDataAddress");
      const end = address + quantity;
      for (const row of image.rows)
        if (row.address < end && row.address + registersOf(row) > address) write(image, row, showing);
      const width = readsBits(functionCode) ? 1 : BYTES_PER_REGISTER;
      const from = (address - image.area.from) * width;
      const bytes = image.bytes.subarray(from, from + quantity * width);
      return readsBits(functionCode)
        ? encodeBitsResponse(functionCode, bytes)
        : encodeRegistersResponse(functionCode, bytes);
    },
  };
}

function areaImage(area: RegisterArea, rows: readonly RegisterRow[]): AreaImage {
  const width = readsBits(area.functionCode) ? 1 : BYTES_PER_REGISTER;
  const bytes = new Uint8Array((area.to - area.from + 1) * width);
  return {
    area,
    bytes,
    view: new DataView(bytes.buffer),
    rows: rows.filter((row) => covers(area, row.functionCode, row.address, 1)),
  };
}

function covers(area: RegisterArea, functionCode: number, address: number, quantity: number): boolean {
  return area.functionCode === functionCode && address >= area.from && address + quantity - 1 <= area.to;
}

function write(image: AreaImage, row: RegisterRow, showing: (row: ValueRow) => number): void {
  const index = row.address - image.area.from;
  if (row.type === "text") image.bytes.set(Buffer.from(row.text, "latin1"), index * BYTES_PER_REGISTER);
  else if ("constant" in row) writeNumber(image.view, index, row.type, row.constant);
  else {
    writeNumber(image.view, index, row.type, clamp(showing(row) * (row.scale ?? 1), row.min, row.max));
    if (row.lowWordFirst) swapWords(image.view, index * BYTES_PER_REGISTER);
  }
}

function writeNumber(view: DataView, index: number, type: ValueRow["type"], value: number): void {
  const offset = index * BYTES_PER_REGISTER;
  if (type === "f32") view.setFloat32(offset, value);
  else if (type === "bit") view.setUint8(index, wholeOf(type, value));
  else if (type === "u16") view.setUint16(offset, wholeOf(type, value));
  else if (type === "s16") view.setInt16(offset, wholeOf(type, value));
  else if (type === "u32") view.setUint32(offset, wholeOf(type, value));
  else if (type === "s32") view.setInt32(offset, wholeOf(type, value));
  else view.setBigInt64(offset, BigInt(wholeOf(type, value)));
}

function wholeOf(type: keyof typeof RANGE_OF, value: number): number {
  return Math.round(clamp(value, ...RANGE_OF[type]));
}

function swapWords(view: DataView, offset: number): void {
  const high = view.getUint16(offset);
  view.setUint16(offset, view.getUint16(offset + 2));
  view.setUint16(offset + 2, high);
}

function clamp(value: number, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): number {
  return Math.min(max, Math.max(min, value));
}
