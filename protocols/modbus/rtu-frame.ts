import { crc16Modbus } from "./crc16.ts";

/** Unit, function, exception code, CRC: the shortest answer. */
const FRAME_BYTES_MIN = 5;
const CRC_BYTES = 2;
const EXCEPTION_FLAG = 0x80;
const ENCAPSULATED_INTERFACE = 0x2b;
const DEVICE_IDENTIFICATION = 0x0e;
/** Function, MEI type, code, conformity, more follows, next object, count: what stands before the objects (V1.1b3, 6.21). */
const IDENTIFICATION_HEAD_BYTES = 7;

/** The longest RTU frame: unit, PDU of 253 bytes, CRC. MODBUS over Serial Line V1.02, 2.5.1. */
export const RTU_FRAME_BYTES_MAX = 256;
/** An answer may begin behind this much noise. */
export const RTU_NOISE_BYTES_MAX = 64;

/** What an answer must be to be one. */
export interface ExpectedRtuReply {
  readonly unit: number;
  readonly functionCode: number;
  /** The byte count of functions 1 to 4; null where the answer tells its own length (function 43). */
  readonly dataBytes: number | null;
}

/** One RTU frame: unit, PDU, CRC-16 low byte first. The PDU must be 1 to 253 bytes long. */
export function encodeRtuFrame(unit: number, pdu: Uint8Array): Uint8Array {
  const length = 1 + pdu.length + CRC_BYTES;
  if (pdu.length < 1 || length > RTU_FRAME_BYTES_MAX) throw new RangeError(`PDU of ${pdu.length} bytes`);
  const frame = new Uint8Array(length);
  frame[0] = unit;
  frame.set(pdu, 1);
  const crc = crc16Modbus(frame.subarray(0, -CRC_BYTES));
  frame[length - 2] = crc & 0xff;
  frame[length - 1] = crc >> 8;
  return frame;
}

/** The unit and PDU of exactly one frame; null when its length or CRC is wrong. */
export function decodeRtuFrame(
  frame: Uint8Array,
): { readonly unit: number; readonly pdu: Uint8Array } | null {
  if (frame.length < 1 + 1 + CRC_BYTES || frame.length > RTU_FRAME_BYTES_MAX || !crcHolds(frame)) return null;
  return { unit: frame[0] ?? 0, pdu: frame.subarray(1, -CRC_BYTES) };
}

/**
 * The PDU of the first whole answer in `bytes`: the unit, the function and the length that were asked for, and a CRC that holds.
 * What stands before it is noise, up to RTU_NOISE_BYTES_MAX. Null while there is none.
 */
export function findRtuReply(bytes: Uint8Array, expected: ExpectedRtuReply): Uint8Array | null {
  const last = Math.min(RTU_NOISE_BYTES_MAX, bytes.length - FRAME_BYTES_MIN);
  for (let start = 0; start <= last; start++) {
    const pduBytes = expectedPduBytes(bytes, start, expected);
    if (pduBytes === null) continue;
    const end = start + 1 + pduBytes + CRC_BYTES;
    if (end > bytes.length || end - start > RTU_FRAME_BYTES_MAX) continue;
    const frame = bytes.subarray(start, end);
    if (crcHolds(frame)) return frame.slice(1, -CRC_BYTES);
  }
  return null;
}

/** The length of the PDU that would begin after `start`, if it is one that was asked for. */
function expectedPduBytes(bytes: Uint8Array, start: number, expected: ExpectedRtuReply): number | null {
  if (bytes[start] !== expected.unit) return null;
  const functionCode = bytes[start + 1];
  if (functionCode === (expected.functionCode | EXCEPTION_FLAG)) return 2;
  if (functionCode !== expected.functionCode) return null;
  if (expected.dataBytes !== null)
    return bytes[start + 2] === expected.dataBytes ? 2 + expected.dataBytes : null;
  return functionCode === ENCAPSULATED_INTERFACE ? identificationBytes(bytes, start + 1) : null;
}

function identificationBytes(bytes: Uint8Array, start: number): number | null {
  if (bytes[start + 1] !== DEVICE_IDENTIFICATION) return null;
  const objects = bytes[start + IDENTIFICATION_HEAD_BYTES - 1];
  if (objects === undefined) return null;
  let end = start + IDENTIFICATION_HEAD_BYTES;
  for (let index = 0; index < objects; index++) {
    const length = bytes[end + 1];
    if (length === undefined) return null;
    end += 2 + length;
  }
  return end - start;
}

function crcHolds(frame: Uint8Array): boolean {
  const crc = crc16Modbus(frame.subarray(0, -CRC_BYTES));
  return frame.at(-2) === (crc & 0xff) && frame.at(-1) === crc >> 8;
}
