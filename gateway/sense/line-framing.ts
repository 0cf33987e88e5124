import {
  type Dlt645Frame,
  decodeDlt645Address,
  decodeDlt645Reply,
  decodeModbusReply,
  encodeDlt645Read,
  encodeDlt645ReadAddress,
  encodeModbusRead,
  encodeRtuFrame,
  exceptionQuality,
  findDlt645Frame,
  findRtuReply,
  RTU_FRAME_BYTES_MAX,
  replyDataBytes,
} from "@sealwatch/protocols";
import type { LinkOutcome, LinkRequest } from "./link.ts";

/** An answer, and whether the device holds more of it for a follow-on question. */
export type FoundReply = LinkOutcome & { readonly more?: boolean };

/** How questions and answers look on a line. `sequence` counts the follow-on questions to one request, 0 is the request itself. Pure. */
export interface LineFraming {
  /** The longest frame, in characters. */
  readonly longestFrame: number;
  /** The question's bytes; null for one that this protocol cannot carry. */
  encode(request: LinkRequest, sequence?: number): Uint8Array | null;
  /** How many characters the answer may have: what a late one needs to pass. */
  replyLength(request: LinkRequest, sequence?: number): number;
  /** The first whole answer to `request` in `bytes`, noise before it passed over; null while there is none. */
  find(request: LinkRequest, bytes: Uint8Array, sequence?: number): FoundReply | null;
}

const ENCAPSULATED_INTERFACE = 0x2b;
const DEVICE_IDENTIFICATION = 0x0e;
const BASIC_STREAM = 0x01;
const EXCEPTION_FLAG = 0x80;
/** Unit, function, byte count, CRC. */
const REPLY_FRAME_BYTES = 5;

/** Modbus RTU. */
export const rtuFraming: LineFraming = {
  longestFrame: RTU_FRAME_BYTES_MAX,
  encode(request) {
    const pdu = modbusPdu(request);
    return pdu && "unit" in request ? encodeRtuFrame(request.unit, pdu) : null;
  },
  replyLength: (request) =>
    request.kind === "modbus-read" ? REPLY_FRAME_BYTES + replyDataBytes(request.read) : RTU_FRAME_BYTES_MAX,
  find(request, bytes) {
    if (request.kind === "modbus-identify") {
      const { unit } = request;
      const pdu = findRtuReply(bytes, { unit, functionCode: ENCAPSULATED_INTERFACE, dataBytes: null });
      return pdu && identification(pdu);
    }
    if (request.kind !== "modbus-read") return null;
    const { unit, read } = request;
    const dataBytes = replyDataBytes(read);
    const pdu = findRtuReply(bytes, { unit, functionCode: read.functionCode, dataBytes });
    const reply = pdu && decodeModbusReply(pdu, read);
    return reply && ("exception" in reply ? { quality: exceptionQuality(reply.exception) } : reply);
  },
};

/** Four FE, start, address, start, control, length, 200 bytes of data, checksum, end. DL/T 645-2007, 5.2. */
const DLT645_FRAME_BYTES_MAX = 4 + 10 + 200 + 2;
/** Without its data: four FE, header, trailer. */
const DLT645_EMPTY_BYTES = 4 + 10 + 2;
/** An identifier and a block of four values: the longest that profiles ask for. */
const DLT645_BLOCK_BYTES = 4 + 16;
const DLT645_ADDRESS_BYTES = 6;

/** DL/T 645-2007. Frames of other meters are passed over: their address is another. */
export const dlt645Framing: LineFraming = {
  longestFrame: DLT645_FRAME_BYTES_MAX,
  encode(request, sequence = 0) {
    if (request.kind === "dlt645-address") return encodeDlt645ReadAddress({ wakeUp: true });
    if (request.kind !== "dlt645-read") return null;
    return encodeDlt645Read(request.address, request.identifier, { wakeUp: true, sequence });
  },
  replyLength({ kind }, sequence = 0) {
    if (sequence > 0) return DLT645_FRAME_BYTES_MAX;
    return DLT645_EMPTY_BYTES + (kind === "dlt645-address" ? DLT645_ADDRESS_BYTES : DLT645_BLOCK_BYTES);
  },
  find(request, bytes, sequence = 0) {
    for (let rest = bytes; rest.length > 0; ) {
      const found = findDlt645Frame(rest);
      if (found.kind === "incomplete") return null;
      const outcome = found.kind === "frame" ? dlt645Outcome(request, found.frame, sequence) : null;
      if (outcome) return outcome;
      rest = rest.subarray(Math.max(1, found.consumed));
    }
    return null;
  },
};

function dlt645Outcome(request: LinkRequest, frame: Dlt645Frame, sequence: number): FoundReply | null {
  if (request.kind === "dlt645-address") {
    const address = decodeDlt645Address(frame);
    return address === null ? null : { data: new Uint8Array(0), address };
  }
  if (request.kind !== "dlt645-read" || frame.address !== request.address) return null;
  const reply = decodeDlt645Reply(frame, request.identifier, sequence);
  switch (reply.kind) {
    case "data":
      return { data: reply.bytes, address: frame.address, more: reply.more };
    case "error":
      return { quality: exceptionQuality(reply.code) };
    case "other":
      return null;
  }
}

function modbusPdu(request: LinkRequest): Uint8Array | null {
  switch (request.kind) {
    case "modbus-read":
      return encodeModbusRead(request.read);
    case "modbus-identify":
      return Uint8Array.of(ENCAPSULATED_INTERFACE, DEVICE_IDENTIFICATION, BASIC_STREAM, request.objectId);
    default:
      return null;
  }
}

function identification(pdu: Uint8Array): LinkOutcome {
  return pdu[0] === (ENCAPSULATED_INTERFACE | EXCEPTION_FLAG)
    ? { quality: exceptionQuality(pdu[1] ?? 0) }
    : { data: pdu.slice(1) };
}
