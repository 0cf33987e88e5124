import { protocolError } from "../errors.ts";
import { DLT645_WILDCARD } from "./dlt645-address.ts";
import { type Dlt645Frame, encodeDlt645Frame } from "./dlt645-frame.ts";

/** Control codes of the reads (DL/T 645-2007, 7.1); an answer has bit 7, an error answer bits 7 and 6. */
export const DLT645_CONTROL = { read: 0x11, readNext: 0x12, readAddress: 0x13 } as const;

const ANSWER = 0x80;
const ERROR = 0x40;
/** Set in the answer when the rest must be fetched with readNext. */
const MORE_FOLLOWS = 0x20;
const DI_BYTES = 4;

/** Follow-on frames are counted in one byte, from 1. */
const SEQUENCE_MAX = 255;

/** What an answer says: the data behind its identifier (`more`: the rest is in follow-on frames), the meter's error byte, or something not asked for. */
export type Dlt645Reply =
  | { readonly kind: "data"; readonly bytes: Uint8Array; readonly more: boolean }
  | { readonly kind: "error"; readonly code: number }
  | { readonly kind: "other" };

/** How a read is asked: with leading FE; with `sequence`, 1 to 255, for what follows the data that came so far. */
interface Dlt645ReadOptions {
  readonly wakeUp?: boolean;
  readonly sequence?: number;
}

/** A request for one data identifier, 8 hex digits as printed in the standard, such as `02010100`. Throws MESSAGE_INVALID. */
export function encodeDlt645Read(
  address: string,
  di: string,
  { wakeUp = false, sequence = 0 }: Dlt645ReadOptions = {},
): Uint8Array {
  if (sequence < 0 || sequence > SEQUENCE_MAX)
    throw protocolError("MESSAGE_INVALID", { what: `DL/T 645 sequence ${sequence}`, why: "write 0 to 255" });
  const frame =
    sequence === 0
      ? { address, control: DLT645_CONTROL.read, data: diBytes(di) }
      : { address, control: DLT645_CONTROL.readNext, data: Uint8Array.of(...diBytes(di), sequence) };
  return encodeDlt645Frame(frame, { wakeUp });
}

/** A request for the address of the only meter on the line. */
export function encodeDlt645ReadAddress(options: { wakeUp?: boolean } = {}): Uint8Array {
  const data = new Uint8Array(0);
  return encodeDlt645Frame({ address: DLT645_WILDCARD, control: DLT645_CONTROL.readAddress, data }, options);
}

/**
 * Takes a frame for the answer to a read of `di`, or with `sequence` from 1 on to the request for what follows, which must repeat that
 * sequence behind its data. That its address is the one asked is the caller's to check.
 */
export function decodeDlt645Reply(frame: Dlt645Frame, di: string, sequence = 0): Dlt645Reply {
  const { control, data } = frame;
  const asked = sequence === 0 ? DLT645_CONTROL.read : DLT645_CONTROL.readNext;
  if (control === (asked | ANSWER | ERROR) && data.length === 1) return { kind: "error", code: data[0] ?? 0 };
  if ((control & ~MORE_FOLLOWS) !== (asked | ANSWER)) return { kind: "other" };
  if (diBytes(di).some((byte, index) => data[index] !== byte)) return { kind: "other" };
  const more = (control & MORE_FOLLOWS) !== 0;
  if (sequence === 0) return { kind: "data", bytes: data.slice(DI_BYTES), more };
  if (data.length <= DI_BYTES || data.at(-1) !== sequence) return { kind: "other" };
  return { kind: "data", bytes: data.slice(DI_BYTES, -1), more };
}

/** The address that an answer to encodeDlt645ReadAddress states; null for any other frame. */
export function decodeDlt645Address(frame: Dlt645Frame): string | null {
  if (frame.control !== (DLT645_CONTROL.readAddress | ANSWER) || frame.data.length !== 6) return null;
  const stated = Array.from(frame.data.toReversed(), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return stated === frame.address ? stated : null;
}

/** The four bytes of an identifier on the wire, low byte first. */
function diBytes(di: string): Uint8Array {
  if (!/^[0-9A-F]{8}$/.test(di))
    throw protocolError("MESSAGE_INVALID", { what: `DL/T 645 identifier ${di}`, why: "write 8 hex digits" });
  return Uint8Array.from(di.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)).reverse();
}
