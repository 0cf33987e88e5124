const MEI_TYPE = 0x0e;
const HEADER_BYTES = 6;
const OBJECT_NAMES = ["vendor", "product", "revision", "url", "product name", "model", "application"];

/** What a device says of itself: by object id, and where to ask on. */
export interface DeviceIdentification {
  readonly objects: ReadonlyMap<number, string>;
  /** The object to continue from; null when that was all. */
  readonly next: number | null;
}

/** Decodes an answer of function 43/14, without its function code; null when it is not one. Modbus V1.1b3, 6.21. */
export function parseDeviceIdentification(data: Uint8Array): DeviceIdentification | null {
  if (data[0] !== MEI_TYPE || data.length < HEADER_BYTES) return null;
  const objects = new Map<number, string>();
  let offset = HEADER_BYTES;
  for (let index = 0; index < (data[5] ?? 0); index++) {
    const [id, length] = [data[offset], data[offset + 1]];
    if (id === undefined || length === undefined || offset + 2 + length > data.length) return null;
    objects.set(id, printable(data.subarray(offset + 2, offset + 2 + length)));
    offset += 2 + length;
  }
  const next = data[4] ?? 0;
  return { objects, next: data[3] === 0xff && !objects.has(next) ? next : null };
}

/** The objects as one line: `vendor "Qingshi", product "M3"`. */
export function identificationText(objects: ReadonlyMap<number, string>): string {
  return [...objects].map(([id, text]) => `${OBJECT_NAMES[id] ?? `object ${id}`} "${text}"`).join(", ");
}

/** Anything could come from a bus, and it goes to a terminal. */
function printable(bytes: Uint8Array): string {
  return new TextDecoder("latin1")
    .decode(bytes)
    .replace(/[^\x20-\x7e]/g, "")
    .trim();
}
