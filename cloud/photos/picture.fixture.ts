/** A PNG header of a size with nothing behind it: enough for those who do not decode. */
export function pngOf(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}

/** A JPEG with an EXIF block that names a place and a time, and a frame of a size; no picture in it. */
export function jpegAt(
  place: { latitude: number; longitude: number } | null,
  taken: string | null,
): Uint8Array {
  const exif = tiffOf(place, taken);
  const app1 = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), exif]);
  const frame = Buffer.from([
    0xff, 0xc0, 0, 17, 8, 0x0b, 0xb8, 0x0f, 0xa0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1,
  ]);
  const marker = Buffer.from([0xff, 0xd8, 0xff, 0xe1, (app1.length + 2) >> 8, (app1.length + 2) & 0xff]);
  return new Uint8Array(Buffer.concat([marker, app1, frame, Buffer.from([0xff, 0xd9])]));
}

/** Entries of one image file directory: tag, type, count, value or bytes that stand behind it (TIFF 6.0 §2). */
type Entry = readonly [tag: number, type: number, count: number, value: number | Buffer];

/** A little-endian TIFF block with an EXIF and a GPS directory (EXIF 2.32 §4.6). */
function tiffOf(place: { latitude: number; longitude: number } | null, taken: string | null): Buffer {
  const header = Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0]);
  const main = (exifAt: number, gpsAt: number): Entry[] => [
    ...(taken === null ? [] : [[0x8769, 4, 1, exifAt] as const]),
    ...(place === null ? [] : [[0x8825, 4, 1, gpsAt] as const]),
  ];
  const exifAt = 8 + directory(main(0, 0), 8).length;
  const exif =
    taken === null ? Buffer.alloc(0) : directory([[0x9003, 2, 20, Buffer.from(`${taken}\0`)]], exifAt);
  const gpsAt = exifAt + exif.length;
  const gps = place === null ? Buffer.alloc(0) : directory(gpsEntries(place), gpsAt);
  return Buffer.concat([header, directory(main(exifAt, gpsAt), 8), exif, gps]);
}

function gpsEntries({ latitude, longitude }: { latitude: number; longitude: number }): Entry[] {
  const ref = (letter: string): number => letter.charCodeAt(0);
  return [
    [1, 2, 2, ref(latitude < 0 ? "S" : "N")],
    [2, 5, 3, degrees(latitude)],
    [3, 2, 2, ref(longitude < 0 ? "W" : "E")],
    [4, 5, 3, degrees(longitude)],
  ];
}

function degrees(value: number): Buffer {
  const bytes = Buffer.alloc(24);
  [Math.round(Math.abs(value) * 1e7), 1e7, 0, 1, 0, 1].forEach((part, at) => {
    bytes.writeUInt32LE(part, at * 4);
  });
  return bytes;
}

function directory(entries: readonly Entry[], at: number): Buffer {
  const head = Buffer.alloc(2 + entries.length * 12 + 4);
  head.writeUInt16LE(entries.length, 0);
  const behind: Buffer[] = [];
  let free = at + head.length;
  entries.forEach(([tag, type, count, value], index) => {
    const place = 2 + index * 12;
    head.writeUInt16LE(tag, place);
    head.writeUInt16LE(type, place + 2);
    head.writeUInt32LE(count, place + 4);
    head.writeUInt32LE(typeof value === "number" ? value : free, place + 8);
    if (typeof value === "number") return;
    behind.push(value);
    free += value.length;
  });
  return Buffer.concat([head, ...behind]);
}
