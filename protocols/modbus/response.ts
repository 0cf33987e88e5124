import type { ExceptionCode, ReadFunctionCode } from "./function-code.ts";

const EXCEPTION_FLAG = 0x80;
const DATA_BYTES_MAX = 251;

/** A response PDU holding registers as they stand in memory: two bytes each, high byte first. V1.1b3, 6.3 and 6.4. */
export function encodeRegistersResponse(
  functionCode: ReadFunctionCode,
  registerBytes: Uint8Array,
): Uint8Array {
  return withByteCount(functionCode, registerBytes);
}

/** A response PDU holding bits, one array element (0 or 1) each; the first is the lowest bit of the first byte. V1.1b3, 6.1 and 6.2. */
export function encodeBitsResponse(functionCode: ReadFunctionCode, bits: Uint8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries()) {
    if (bit) packed[index >> 3] = (packed[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return withByteCount(functionCode, packed);
}

/** An exception PDU; `functionCode` is the request's. V1.1b3, chapter 7. */
export function encodeExceptionResponse(functionCode: number, exception: ExceptionCode): Uint8Array {
  return Uint8Array.of((functionCode | EXCEPTION_FLAG) & 0xff, exception);
}

function withByteCount(functionCode: number, data: Uint8Array): Uint8Array {
  if (data.length > DATA_BYTES_MAX) throw new RangeError(`response of ${data.length} data bytes`);
  const pdu = new Uint8Array(2 + data.length);
  pdu[0] = functionCode;
  pdu[1] = data.length;
  pdu.set(data, 2);
  return pdu;
}
