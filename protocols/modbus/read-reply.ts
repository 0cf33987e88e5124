import { readsBits } from "./function-code.ts";
import type { ReadRequest } from "./request.ts";

const EXCEPTION_FLAG = 0x80;

/** How many data bytes the answer to a read carries. V1.1b3, 6.1 to 6.4. */
export function replyDataBytes({ functionCode, quantity }: ReadRequest): number {
  return readsBits(functionCode) ? Math.ceil(quantity / 8) : quantity * 2;
}

/** The registers or bits of a response PDU, its exception code, or null when it is no answer to `request`. */
export function decodeModbusReply(
  pdu: Uint8Array,
  request: ReadRequest,
): { readonly values: readonly number[] } | { readonly exception: number } | null {
  const { functionCode, quantity } = request;
  if (pdu[0] === (functionCode | EXCEPTION_FLAG) && pdu.length === 2) return { exception: pdu[1] ?? 0 };
  const dataBytes = replyDataBytes(request);
  if (pdu[0] !== functionCode || pdu[1] !== dataBytes || pdu.length !== 2 + dataBytes) return null;
  const data = pdu.subarray(2);
  const valueAt = readsBits(functionCode)
    ? (index: number) => ((data[index >> 3] ?? 0) >> (index & 7)) & 1
    : (index: number) => ((data[2 * index] ?? 0) << 8) | (data[2 * index + 1] ?? 0);
  return { values: Array.from({ length: quantity }, (_, index) => valueAt(index)) };
}
