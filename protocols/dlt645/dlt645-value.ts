const CLOCK = "hhmmss";
const SIGN = 0x80;

/** How many bytes a value of this format takes: two digits each. */
export function dlt645Bytes(format: string): number {
  return format.replace(".", "").length / 2;
}

/**
 * A BCD value, low byte first, by its format as the standard prints it: `XXX.X` has one decimal, `hhmmss` is the seconds of the day.
 * In a signed format the top bit of the highest byte is the sign. Null where any byte is FF, or no decimal digit: FF FF means that
 * the meter has no such phase, and is never a number.
 */
export function decodeDlt645Value(bytes: Uint8Array, format: string, signed = false): number | null {
  if (bytes.length !== dlt645Bytes(format)) return null;
  const high = bytes.at(-1) ?? 0;
  const negative = signed && (high & SIGN) !== 0;
  const magnitude = Uint8Array.from(bytes);
  if (negative) magnitude[magnitude.length - 1] = high & ~SIGN;
  if (bytes.includes(0xff)) return null;
  const digits = Array.from(magnitude.toReversed(), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (!/^\d+$/.test(digits)) return null;
  if (format === CLOCK) return secondsOfDay(digits);
  const value = Number(digits) / 10 ** decimalsOf(format);
  return negative ? 0 - value : value;
}

function decimalsOf(format: string): number {
  return format.includes(".") ? format.length - format.indexOf(".") - 1 : 0;
}

function secondsOfDay(digits: string): number | null {
  const [hour = 0, minute = 0, second = 0] = (digits.match(/../g) ?? []).map(Number);
  return hour < 24 && minute < 60 && second < 60 ? hour * 3600 + minute * 60 + second : null;
}
