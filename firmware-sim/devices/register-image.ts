import {
  EXCEPTION_CODE,
  encodeBitsResponse,
  encodeExceptionResponse,
  encodeRegistersResponse,
  type ReadRequest,
  readsBits,
} from "@sealwatch/protocols";
import type { Quantity, RegisterArea, RegisterRow, RegisterTable } from "./register-table.ts";

const RANGE_OF = { u16: [0, 0xffff], s16: [-0x8000, 0x7fff] } as const;
const BYTES_PER_REGISTER = 2;

interface AreaImage {
  readonly area: RegisterArea;
  /** One byte a bit, or two bytes a register. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly rows: readonly RegisterRow[];
}

/** Answers reads of one device out of its table; `showing` gives the value of a quantity at this instant. */
export interface RegisterImage {
  /** The response PDU, or an exception's. Checks in the order of V1.1b3, 6.1 to 6.4. */
  answer(request: ReadRequest): Uint8Array;
}

/** Builds the image of `table`. */
export function registerImage(table: RegisterTable, showing: (quantity: Quantity) => number): RegisterImage {
  const images = table.areas.map((area) => areaImage(area, table.rows));
  return {
    answer({ functionCode, address, quantity }) {
      const refuse = (why: keyof typeof EXCEPTION_CODE) =>
        encodeExceptionResponse(functionCode, EXCEPTION_CODE[why]);
      if (!images.some(({ area }) => area.functionCode === functionCode)) return refuse("illegalFunction");
      if (quantity > table.quantityMax) return refuse("illegalDataValue");
      const image = images.find(({ area }) => covers(area, functionCode, address, quantity));
      if (!image) return refuse("illegalDataAddress");
      for (const row of image.rows) write(image, row, showing(row.quantity));
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

function write({ area, view }: AreaImage, row: RegisterRow, value: number): void {
  const scaled = clamp(value * (row.scale ?? 1), row.min, row.max);
  const index = row.address - area.from;
  if (row.type === "bit") view.setUint8(index, scaled);
  else if (row.type === "f32") view.setFloat32(index * BYTES_PER_REGISTER, scaled);
  else {
    const whole = Math.round(clamp(scaled, ...RANGE_OF[row.type]));
    if (row.type === "u16") view.setUint16(index * BYTES_PER_REGISTER, whole);
    else view.setInt16(index * BYTES_PER_REGISTER, whole);
  }
}

function clamp(value: number, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): number {
  return Math.min(max, Math.max(min, value));
}
