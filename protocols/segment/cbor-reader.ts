import type { CborValue } from "./canonical-cbor.ts";

/** Raises the error that belongs to the thing being read. */
export type Refuse = (why: string) => Error;

/** Checked access to the values of one decoded CBOR map; every refusal names the key. */
export class CborReader {
  readonly #map: ReadonlyMap<number, CborValue>;
  readonly #refuse: Refuse;
  #read = 0;

  constructor(value: CborValue | undefined, refuse: Refuse) {
    if (!(value instanceof Map)) throw refuse("is not a map");
    this.#map = value as ReadonlyMap<number, CborValue>;
    this.#refuse = refuse;
  }

  /** A whole number in [min, max]. */
  int(key: number, min: number, max = Number.MAX_SAFE_INTEGER): number {
    return checkedInt(this.#get(key), min, max, () =>
      this.#refuse(`key ${key} is not an integer in [${min}, ${max}]`),
    );
  }

  /** Text that a pattern accepts. */
  text(key: number, pattern: RegExp): string {
    const value = this.#get(key);
    if (typeof value !== "string" || !pattern.test(value))
      throw this.#refuse(`key ${key} is not text like ${pattern}`);
    return value;
  }

  /** Exactly `length` bytes, as lower-case hex. */
  hex(key: number, length: number): string {
    return checkedHex(this.#get(key), length, () => this.#refuse(`key ${key} is not ${length} bytes`));
  }

  /** A list of at most `max` items. */
  list(key: number, max: number): readonly CborValue[] {
    const value = this.#get(key);
    if (!Array.isArray(value) || value.length > max)
      throw this.#refuse(`key ${key} is not a list of at most ${max}`);
    return value;
  }

  /** The value under an optional key, read by `read`, or undefined. */
  optional<T>(key: number, read: (value: CborValue | undefined) => T): T | undefined {
    return this.#map.has(key) ? read(this.#get(key)) : undefined;
  }

  /** The value under a key, read by `read`. */
  value<T>(key: number, read: (value: CborValue | undefined) => T): T {
    return read(this.#get(key));
  }

  /** Insists that every key was read: unknown keys belong to a version this code does not know. */
  finish(): void {
    if (this.#read !== this.#map.size) throw this.#refuse("has a key that this version does not know");
  }

  #get(key: number): CborValue | undefined {
    this.#read++;
    return this.#map.get(key);
  }
}

/** `value` as a whole number in [min, max], or the error. */
export function checkedInt(
  value: CborValue | undefined,
  min: number,
  max: number,
  refuse: () => Error,
): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min || value > max) throw refuse();
  return value;
}

/** `value` as exactly `length` bytes in hex, or the error. */
export function checkedHex(value: CborValue | undefined, length: number, refuse: () => Error): string {
  if (!(value instanceof Uint8Array) || value.length !== length) throw refuse();
  return Buffer.from(value).toString("hex");
}

/** Hex as bytes. */
export function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}
