/** Widths up to this can be written and read at once: all of a safe integer's magnitude. */
const WIDTH_MAX = 53;
const LENGTH_BITS = 6;

/** Writes bits into bytes, the highest bit first; the last byte is filled with zeros. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #filled = 0;
  #byte = 0;

  /** The lowest `width` bits of a whole number that is not negative. */
  bits(value: number, width: number): void {
    for (let left = width; left > 0; ) {
      const take = Math.min(8 - this.#filled, left);
      const part = Math.floor(value / 2 ** (left - take)) % 2 ** take;
      this.#byte = this.#byte * 2 ** take + part;
      this.#filled += take;
      left -= take;
      if (this.#filled === 8) this.#flush();
    }
  }

  /** `count` ones and a zero. */
  unary(count: number): void {
    for (let left = count; left > 0; left -= 8) this.bits(0xff, Math.min(8, left));
    this.bits(0, 1);
  }

  /** A whole number that is not negative, with its length before it. */
  number(value: number): void {
    const width = widthOf(value);
    this.bits(width, LENGTH_BITS);
    this.bits(value, width);
  }

  /** Any safe integer: sign, length, magnitude. */
  integer(value: number): void {
    this.bits(value < 0 ? 1 : 0, 1);
    this.number(Math.abs(value));
  }

  toBytes(): Uint8Array {
    const rest = this.#filled > 0 ? [this.#byte * 2 ** (8 - this.#filled)] : [];
    return Uint8Array.from([...this.#bytes, ...rest]);
  }

  #flush(): void {
    this.#bytes.push(this.#byte);
    this.#byte = 0;
    this.#filled = 0;
  }
}

/** Reads what BitWriter wrote; `refuse` makes the error where there is no more, or what is there cannot be. */
export class BitReader {
  readonly #bytes: Uint8Array;
  readonly #refuse: () => Error;
  #position = 0;

  constructor(bytes: Uint8Array, refuse: () => Error) {
    this.#bytes = bytes;
    this.#refuse = refuse;
  }

  bits(width: number): number {
    if (width > WIDTH_MAX || this.#position + width > this.#bytes.length * 8) throw this.#refuse();
    let value = 0;
    for (let left = width; left > 0; ) {
      const offset = this.#position % 8;
      const take = Math.min(8 - offset, left);
      const byte = this.#bytes[Math.floor(this.#position / 8)] ?? 0;
      value = value * 2 ** take + ((byte >> (8 - offset - take)) & (2 ** take - 1));
      this.#position += take;
      left -= take;
    }
    return value;
  }

  /** Ones up to the next zero; `max` ones end by themselves. */
  unary(max: number): number {
    let count = 0;
    while (count < max && this.bits(1) === 1) count++;
    return count;
  }

  number(): number {
    return this.bits(this.bits(LENGTH_BITS));
  }

  integer(): number {
    const negative = this.bits(1) === 1;
    const magnitude = this.number();
    return negative ? 0 - magnitude : magnitude;
  }

  /** Insists that nothing but the filling of the last byte is left. */
  finish(): void {
    const left = this.#bytes.length * 8 - this.#position;
    if (left >= 8 || this.bits(left) !== 0) throw this.#refuse();
  }
}

/** Bits of `number` and `integer` beside each other: what they cost. */
export function integerBits(value: number): number {
  return 1 + LENGTH_BITS + widthOf(Math.abs(value));
}

function widthOf(value: number): number {
  let width = 0;
  for (let rest = value; rest >= 1; rest = Math.floor(rest / 2)) width++;
  return width;
}
