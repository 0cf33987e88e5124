import { protocolError } from "../errors.ts";

export const DLT645_ADDRESS_BYTES = 6;
/** Asks whichever single meter is on the line (DL/T 645-2007, 7.1.3). */
export const DLT645_WILDCARD = "AAAAAAAAAAAA";

const ADDRESS = /^(?:\d{12}|A{12})$/;

/** Whether `text` is 12 decimal digits as printed on the meter, or twelve A. */
export function isDlt645Address(text: string): boolean {
  return ADDRESS.test(text);
}

/** The six bytes on the wire, low byte first. Throws MESSAGE_INVALID. */
export function addressBytes(address: string): Uint8Array {
  if (!isDlt645Address(address))
    throw protocolError("MESSAGE_INVALID", { what: `DL/T 645 address ${address}`, why: "write 12 digits" });
  return Uint8Array.from(address.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)).reverse();
}

/** The address that up to six bytes spell, high digit first; null where they are no address. */
export function addressText(bytes: Uint8Array): string | null {
  const text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
    .reverse()
    .join("")
    .toUpperCase();
  return /^(?:\d*|A*)$/.test(text) ? text : null;
}
