import exifr from "exifr";
import { cloudError } from "../errors.ts";
import { type ImageHeader, readImageHeader } from "./image-header.ts";

/** The largest picture that is taken, in bytes. */
export const PHOTO_MAX_BYTES = 10 * 1024 * 1024;
export const PHOTO_TYPES = ["image/jpeg", "image/png", "image/webp"] as const;
/** What a viewer would have to unpack: 100 megapixels are 400 MB. */
const PIXELS_MAX = 100_000_000;
const SIDE_MAX = 30_000;

/** What is known of a picture from its own bytes. */
export interface PhotoFacts extends ImageHeader {
  /** When the camera says that it was taken, UTC; without an offset in the file its clock is taken as the site's. */
  readonly takenMs: number | null;
  /** Where the camera says that it was, WGS-84 degrees. */
  readonly location: { readonly latitude: number; readonly longitude: number } | null;
}

/** Reads a picture's type, size, place and time; nothing is decoded. Throws PHOTO_UNUSABLE. */
export async function inspectPhoto(
  bytes: Uint8Array,
  declaredType: string,
  utcOffsetMin: number,
): Promise<PhotoFacts> {
  const header = readImageHeader(bytes);
  if (!header) throw cloudError("PHOTO_UNUSABLE", { why: "it is no JPEG, PNG or WebP" });
  if (header.type !== declaredType) {
    throw cloudError("PHOTO_UNUSABLE", { why: `its bytes are ${header.type}, not ${declaredType}` });
  }
  const { width, height } = header;
  if (width > SIDE_MAX || height > SIDE_MAX || width * height > PIXELS_MAX) {
    throw cloudError("PHOTO_UNUSABLE", { why: `${width} × ${height} is larger than any camera makes` });
  }
  return { ...header, ...(await readExif(bytes, header, utcOffsetMin)) };
}

const NOTHING = { takenMs: null, location: null };

/** What a broken EXIF block says is nothing: the picture itself may be whole. */
async function readExif(
  bytes: Uint8Array,
  { type }: ImageHeader,
  utcOffsetMin: number,
): Promise<Pick<PhotoFacts, "takenMs" | "location">> {
  const source = type === "image/webp" ? webpExif(bytes) : bytes;
  if (!source) return NOTHING;
  try {
    const tags: unknown = await exifr.parse(Buffer.from(source), {
      ...{ tiff: true, exif: true, gps: true, ifd1: false, xmp: false, icc: false, iptc: false },
      ...{ jfif: false, ihdr: false, makerNote: false, userComment: false, mergeOutput: true },
      ...{ reviveValues: false, sanitize: true },
    });
    if (typeof tags !== "object" || tags === null) return NOTHING;
    const values = tags as Readonly<Record<string, unknown>>;
    return { takenMs: takenMs(values, utcOffsetMin), location: locationOf(values) };
  } catch {
    return NOTHING;
  }
}

function locationOf({ latitude, longitude }: Readonly<Record<string, unknown>>): PhotoFacts["location"] {
  if (typeof latitude !== "number" || typeof longitude !== "number") return null;
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return null;
  // A receiver without a fix writes zeros.
  return latitude === 0 && longitude === 0 ? null : { latitude, longitude };
}

/** DateTimeOriginal `2026:11:22 01:02:03` with OffsetTimeOriginal `+08:00` (EXIF 2.32 §4.6.5), or null. */
function takenMs(tags: Readonly<Record<string, unknown>>, utcOffsetMin: number): number | null {
  const written = tags["DateTimeOriginal"] ?? tags["CreateDate"];
  const [, year, month, day, time] =
    /^(\d{4}):(\d{2}):(\d{2}) (\d{2}:\d{2}:\d{2})$/.exec(typeof written === "string" ? written : "") ?? [];
  if (year === undefined) return null;
  const [, sign, hours, minutes] =
    /^([+-])(\d{2}):(\d{2})$/.exec(String(tags["OffsetTimeOriginal"] ?? "")) ?? [];
  const offsetMin =
    sign === undefined ? utcOffsetMin : (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  const localMs = Date.parse(`${year}-${month}-${day}T${time}Z`);
  return Number.isNaN(localMs) ? null : localMs - offsetMin * 60_000;
}

/** The TIFF block of a WebP's EXIF chunk (RFC 9649 §2.7.1.5), or null. */
function webpExif(bytes: Uint8Array): Uint8Array | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = String.fromCharCode(...bytes.subarray(at, at + 4));
    const size = view.getUint32(at + 4, true);
    if (name === "EXIF") {
      const chunk = bytes.subarray(at + 8, at + 8 + size);
      const isPrefixed = String.fromCharCode(...chunk.subarray(0, 4)) === "Exif";
      return isPrefixed ? chunk.subarray(6) : chunk;
    }
    at += 8 + size + (size % 2);
  }
  return null;
}
