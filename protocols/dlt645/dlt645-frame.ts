import { addressBytes, addressText, DLT645_ADDRESS_BYTES } from "./dlt645-address.ts";

/** One frame: address as printed on the meter (12 digits, or all A), control code, data without its +33 offset. */
export interface Dlt645Frame {
  readonly address: string;
  readonly control: number;
  readonly data: Uint8Array;
}

/** What a buffer holds: a frame, the beginning of one, or bytes that are none. `consumed` bytes are done with. */
export type FoundDlt645Frame =
  | { readonly kind: "frame"; readonly frame: Dlt645Frame; readonly consumed: number }
  | { readonly kind: "incomplete" }
  | { readonly kind: "bad"; readonly why: string; readonly consumed: number };

const START = 0x68;
const END = 0x16;
const WAKE_UP = 0xfe;
/** Leading FE that wake a meter's receiver (DL/T 645-2007, 5.2.1). */
const WAKE_UP_BYTES = 4;
/** Added to each data byte on the wire (5.2.5). */
const OFFSET = 0x33;
/** Start, address, start, control, length. */
const HEADER_BYTES = 2 + DLT645_ADDRESS_BYTES + 2;
/** Checksum and end. */
const TRAILER_BYTES = 2;
/** Longest data of an answer (5.2.4). */
const DATA_MAX_BYTES = 200;
/** Without a frame in this many bytes there will be none: two of the longest frames. */
const BUFFER_MAX_BYTES = 512;

/** The bytes of a frame on the wire, with four leading FE if `wakeUp` is set. Throws MESSAGE_INVALID for an address or length no meter knows. */
export function encodeDlt645Frame(frame: Dlt645Frame, options: { wakeUp?: boolean } = {}): Uint8Array {
  const lead = options.wakeUp ? WAKE_UP_BYTES : 0;
  const bytes = new Uint8Array(lead + HEADER_BYTES + frame.data.length + TRAILER_BYTES).fill(
    WAKE_UP,
    0,
    lead,
  );
  const body = bytes.subarray(lead);
  body[0] = START;
  body.set(addressBytes(frame.address), 1);
  body.set([START, frame.control, frame.data.length], 1 + DLT645_ADDRESS_BYTES);
  body.set(
    frame.data.map((byte) => byte + OFFSET),
    HEADER_BYTES,
  );
  body.set([checksum(body.subarray(0, -TRAILER_BYTES)), END], body.length - TRAILER_BYTES);
  return bytes;
}

/**
 * Finds the first whole frame behind any noise and leading FE. A frame ends where its length says and only with the right checksum:
 * 16 may occur anywhere inside. `sent` is the caller's own request, whose echo on a half-duplex line is passed over.
 */
export function findDlt645Frame(buffer: Uint8Array, sent?: Uint8Array): FoundDlt645Frame {
  let first: FoundDlt645Frame | null = null;
  for (let start = afterEcho(buffer, sent); start < buffer.length; start++) {
    const found = frameAt(buffer, start);
    if (found?.kind === "frame") return found;
    first ??= found;
  }
  if (first) return first;
  if (buffer.length < BUFFER_MAX_BYTES) return { kind: "incomplete" };
  return { kind: "bad", why: `no frame in ${buffer.length} bytes`, consumed: buffer.length };
}

/** Judges the bytes from one start mark on; null where they cannot begin a frame. */
function frameAt(buffer: Uint8Array, start: number): FoundDlt645Frame | null {
  const bytes = buffer.subarray(start);
  const second = 1 + DLT645_ADDRESS_BYTES;
  if (bytes[0] !== START || (bytes[second] ?? START) !== START) return null;
  const address = addressText(bytes.subarray(1, second));
  const dataBytes = bytes[HEADER_BYTES - 1] ?? 0;
  if (address === null || dataBytes > DATA_MAX_BYTES) return null;
  const length = HEADER_BYTES + dataBytes + TRAILER_BYTES;
  if (bytes.length < HEADER_BYTES || bytes.length < length) return { kind: "incomplete" };
  const consumed = start + length;
  const stated = bytes[length - TRAILER_BYTES];
  const computed = checksum(bytes.subarray(0, length - TRAILER_BYTES));
  if (stated !== computed) return { kind: "bad", why: `checksum ${stated}, computed ${computed}`, consumed };
  if (bytes[length - 1] !== END) return { kind: "bad", why: "no end mark behind the checksum", consumed };
  const data = bytes.slice(HEADER_BYTES, HEADER_BYTES + dataBytes).map((byte) => byte - OFFSET);
  return { kind: "frame", frame: { address, control: bytes[second + 1] ?? 0, data }, consumed };
}

/** Where the search begins: behind the echo of `sent`, if the buffer has it. */
function afterEcho(buffer: Uint8Array, sent: Uint8Array | undefined): number {
  const echo = sent?.subarray(Math.max(0, sent.indexOf(START)));
  if (!echo || echo.length === 0) return 0;
  for (let start = 0; start + echo.length <= buffer.length; start++)
    if (echo.every((byte, index) => buffer[start + index] === byte)) return start + echo.length;
  return 0;
}

function checksum(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0);
}
