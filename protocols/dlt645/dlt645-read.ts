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

/** What an answer says: the data behind its identifier, the meter's error byte, or something not asked for. */
export type Dlt645Reply =
  | { readonly kind: "data"; readonly bytes: Uint8Array; readonly more: boolean }
  | { readonly kind: "error"; readonly code: number }
  | { readonly kind: "other" };

/** A request for one data identifier, 8 hex digits as printed in the standard, such as `02010100`. Throws MESSAGE_INVALID. */
export function encodeDlt645Read(
  address: string,
  di: string,
  options: { wakeUp?: boolean } = {},
): Uint8Array {
  return encodeDlt645Frame({ address, control: DLT645_CONTROL.read, data: diBytes(di) }, options);
}

/** A request for the address of the only meter on the line. */
export function encodeDlt645ReadAddress(options: { wakeUp?: boolean } = {}): Uint8Array {
  const data = new Uint8Array(0);
  return encodeDlt645Frame({ address: DLT645_WILDCARD, control: DLT645_CONTROL.readAddress, data }, options);
}

/** Takes a frame for the answer to a read of `di`. That its address is the one asked is the caller's to check. */
export function decodeDlt645Reply(frame: Dlt645Frame, di: string): Dlt645Reply {
  const { control, data } = frame;
  if (control === (DLT645_CONTROL.read | ANSWER | ERROR) && data.length === 1)
    return { kind: "error", code: data[0] ?? 0 };
  if ((control & ~MORE_FOLLOWS) !== (DLT645_CONTROL.read | ANSWER)) return { kind: "other" };
  if (diBytes(di).some((byte, index) => data[index] !== byte)) return { kind: "other" };
  return { kind: "data", bytes: data.slice(DI_BYTES), more: (control & MORE_FOLLOWS) !== 0 };
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
