/** One moment of one site's channels: what a peer would publish at once. */
export interface Moment {
  readonly utcMs: number;
  readonly values: readonly { readonly name: string; readonly value: number | null }[];
}

/** The usual JSON of telemetry platforms: one object a sample, channels by name. */
export function jsonPayload({ utcMs, values }: Moment): Buffer {
  return Buffer.from(
    JSON.stringify({ ts: utcMs, values: Object.fromEntries(values.map(({ name, value }) => [name, value])) }),
  );
}

/**
 * Sparkplug B DDATA (Eclipse Sparkplug 3.0, sparkplug_b.proto) at its smallest: metrics by alias, float values, one timestamp for all.
 */
export function sparkplugPayload({ utcMs, values }: Moment, sequence: number): Buffer {
  const metrics = values.map(({ value }, index) => {
    const parts = [
      ...field(2, 0, varint(index + 1)),
      ...field(4, 0, varint(FLOAT_TYPE)),
      ...(value === null ? field(7, 0, varint(1)) : field(12, 5, float32(value))),
    ];
    return field(2, 2, [...varint(parts.length), ...parts]);
  });
  return Buffer.from([
    ...field(1, 0, varint(utcMs)),
    ...metrics.flat(),
    ...field(3, 0, varint(sequence & 0xff)),
  ]);
}

/** Sparkplug's data type Float. */
const FLOAT_TYPE = 9;

/** A protobuf field: its number and wire type, then its bytes. */
function field(number: number, wireType: number, bytes: readonly number[]): number[] {
  return [...varint(number * 8 + wireType), ...bytes];
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

function float32(value: number): number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return [...bytes];
}
