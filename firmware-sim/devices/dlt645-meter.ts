import type { Dlt645Frame } from "@sealwatch/protocols";
import { DLT645_DATA, type Dlt645Datum, type Dlt645Model } from "./dlt645-data.ts";
import type { Instrument } from "./instrument.ts";

/** Control codes of DL/T 645-2007, 7.1: an answer has the top bit set, an error the next one too. */
const READ = 0x11;
const READ_NEXT = 0x12;
const READ_ADDRESS = 0x13;
const ANSWER = 0x80;
const MORE_FOLLOWS = 0x20;
const ERROR = 0xc0;
/** Error byte: bit 1 is "no such data". */
const NO_SUCH_DATA = 0x02;
const ANY_METER = "AAAAAAAAAAAA";
const IDENTIFIER_BYTES = 4;
/** Longest data of an answer (5.2.4): with the identifier, and behind the first frame with the sequence, too. */
const DATA_MAX_BYTES = 200;
const FIRST_PART_BYTES = DATA_MAX_BYTES - IDENTIFIER_BYTES;
const NEXT_PART_BYTES = FIRST_PART_BYTES - 1;
const ASSET_NUMBER_BYTES = 32;
const SIGN_BIT = 0x80;
const NOT_PRESENT = 0xff;

/** The answer of the meter at `address` to a frame, or null when it is not meant or does not know the control code. */
export function dlt645Answer(
  asked: Dlt645Frame,
  address: string,
  model: Dlt645Model,
  instrument: Instrument,
): Dlt645Frame | null {
  if (asked.address !== address && asked.address !== ANY_METER) return null;
  if (asked.control === READ_ADDRESS)
    return { address, control: READ_ADDRESS | ANSWER, data: bcd(address, address.length / 2) };
  if (asked.control !== READ && asked.control !== READ_NEXT) return null;
  const identifier = asked.data.slice(0, IDENTIFIER_BYTES);
  const name = Buffer.from(identifier.toReversed()).toString("hex").toUpperCase();
  const datum = DLT645_DATA[model][name];
  const value = datum ? measured(datum, instrument) : setting(name, address, instrument);
  const sequence = asked.control === READ ? 0 : (asked.data[IDENTIFIER_BYTES] ?? 0);
  const [from, to] = partOf(sequence);
  if (!value || from >= value.length || (asked.control === READ_NEXT && sequence === 0))
    return dlt645Error(asked, address, NO_SUCH_DATA);
  const tail = sequence === 0 ? [] : [sequence];
  const data = Uint8Array.from([...identifier, ...value.subarray(from, to), ...tail]);
  const more = to < value.length ? MORE_FOLLOWS : 0;
  return { address, control: asked.control | ANSWER | more, data };
}

/** Which bytes of a value its frame holds, by the sequence of the request for it. */
function partOf(sequence: number): readonly [from: number, to: number] {
  if (sequence === 0) return [0, FIRST_PART_BYTES];
  const from = FIRST_PART_BYTES + (sequence - 1) * NEXT_PART_BYTES;
  return [from, from + NEXT_PART_BYTES];
}

/** An error answer with the given error byte. */
export function dlt645Error(asked: Dlt645Frame, address: string, code: number): Dlt645Frame {
  return { address, control: asked.control | ERROR, data: Uint8Array.of(code) };
}

function measured(datum: Dlt645Datum, instrument: Instrument): Uint8Array {
  const { bytes, decimals, signed = false, scale = 1 } = datum;
  const values = datum.quantities.map((quantity) => {
    if (quantity === null) return new Uint8Array(bytes).fill(NOT_PRESENT);
    if (quantity === 0) return new Uint8Array(bytes);
    const value = instrument.showingRow({ ...datum, quantity }) * scale;
    const most = 10 ** (2 * bytes) - 1;
    const whole = Math.min(
      signed ? Math.floor(most * 0.8) : most,
      Math.round(Math.abs(value) * 10 ** decimals),
    );
    const encoded = bcd(String(whole), bytes);
    if (signed && value < 0) encoded[bytes - 1] = (encoded[bytes - 1] ?? 0) | SIGN_BIT;
    return encoded;
  });
  return Uint8Array.from(values.flatMap((value) => [...value]));
}

/** Date with day of week, time, transformer ratios, addresses and numbers, and status word 3 (annex A). */
function setting(name: string, address: string, instrument: Instrument): Uint8Array | null {
  const local = new Date(instrument.localMs);
  const iso = local.toISOString();
  switch (name) {
    case "04000101":
      return bcd(`${iso.slice(2, 4)}${iso.slice(5, 7)}${iso.slice(8, 10)}0${local.getUTCDay()}`, 4);
    case "04000102":
      return bcd(iso.slice(11, 19).replaceAll(":", ""), 3);
    case "04000306":
      return bcd(String(instrument.showing("ctRatio")), 3);
    case "04000307":
      return bcd(String(instrument.showing("ptRatio")), 3);
    case "04000401":
      return bcd(address, 6);
    case "04000402":
      return bcd(String(instrument.showing("serialNumber")), 6);
    case "04000403":
      return ascii(String(instrument.showing("serialNumber")), ASSET_NUMBER_BYTES);
    case "04000503":
      return new Uint8Array(2);
    default:
      return null;
  }
}

/** Characters, the last one first. */
function ascii(text: string, bytes: number): Uint8Array {
  return Uint8Array.from(Buffer.from(text.padStart(bytes, "0"), "latin1")).reverse();
}

/** Decimal digits as BCD of `bytes` bytes, low byte first. */
function bcd(digits: string, bytes: number): Uint8Array {
  return Uint8Array.from(Buffer.from(digits.padStart(bytes * 2, "0"), "hex")).reverse();
}
