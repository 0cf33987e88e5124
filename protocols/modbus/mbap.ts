/** The MBAP header: transaction 2, protocol 2, length 2, unit 1. Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3. */
const HEADER_BYTES = 7;
/** Bytes before the part that the length field counts. */
const LENGTH_COUNTS_FROM = 6;
/** Unit and function code. */
const LENGTH_FIELD_MIN = 2;
/** Unit and the longest PDU, 253 bytes. */
const LENGTH_FIELD_MAX = 254;

/** One Modbus TCP message. `pdu` begins with the function code. */
export interface MbapFrame {
  readonly transactionId: number;
  readonly unit: number;
  readonly pdu: Uint8Array;
}

/** Why a byte stream is not Modbus TCP. There is no way to find the next frame: close the connection. */
type MbapFault = "protocol-id" | "length";

/** Whole frames found, and the bytes of the frame that is still coming (at most 259). */
export interface MbapSplit {
  readonly frames: readonly MbapFrame[];
  readonly rest: Uint8Array;
  readonly fault: MbapFault | null;
}

/** Cuts the frames out of `bytes`: the `rest` of the last split followed by what has come since. Frames are views, not copies. */
export function splitMbap(bytes: Uint8Array): MbapSplit {
  const frames: MbapFrame[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  while (bytes.length - offset >= LENGTH_COUNTS_FROM) {
    const fault = headerFault(view, offset);
    if (fault !== null) return { frames, rest: bytes.subarray(offset), fault };
    const end = offset + LENGTH_COUNTS_FROM + view.getUint16(offset + 4);
    if (end > bytes.length) break;
    frames.push({
      transactionId: view.getUint16(offset),
      unit: view.getUint8(offset + 6),
      pdu: bytes.subarray(offset + HEADER_BYTES, end),
    });
    offset = end;
  }
  return { frames, rest: bytes.subarray(offset), fault: null };
}

/** The bytes of one frame. The PDU must be 1 to 253 bytes long. */
export function encodeMbap(frame: MbapFrame): Uint8Array {
  const length = frame.pdu.length + 1;
  if (length < LENGTH_FIELD_MIN || length > LENGTH_FIELD_MAX)
    throw new RangeError(`PDU of ${length - 1} bytes`);
  const bytes = new Uint8Array(LENGTH_COUNTS_FROM + length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, frame.transactionId);
  view.setUint16(4, length);
  view.setUint8(6, frame.unit);
  bytes.set(frame.pdu, HEADER_BYTES);
  return bytes;
}

function headerFault(view: DataView, offset: number): MbapFault | null {
  if (view.getUint16(offset + 2) !== 0) return "protocol-id";
  const length = view.getUint16(offset + 4);
  return length < LENGTH_FIELD_MIN || length > LENGTH_FIELD_MAX ? "length" : null;
}
