import gcoord from "gcoord";
import { z } from "zod";

/** Its types describe a default export that its CommonJS file spreads over the module itself. */
const { transform, WGS84, GCJ02 } = gcoord as unknown as typeof gcoord.default;

/** China's bounding box, degrees: what lies outside is a slip, most often the two numbers exchanged. */
const BOX = { south: 3.8, north: 53.6, west: 73.4, east: 135.1 } as const;
/** 1e-6° is 11 cm. */
const DEGREE_DECIMALS = 6;

/** A point in WGS-84, as a satellite receiver gives it; degrees. */
export interface SiteLocation {
  readonly latitude: number;
  readonly longitude: number;
}

/** A location as it is entered. Refused outside China, with the reason. */
export const locationSchema = z
  .strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) })
  .superRefine((location, context) => {
    const why = whyNotInChina(location);
    if (why) context.addIssue({ code: "custom", message: why.en });
  });

/** Why a location cannot be one, or null. Pure. */
export function whyNotInChina({ latitude, longitude }: SiteLocation): { zh: string; en: string } | null {
  if (isInside(latitude, longitude)) return null;
  const exchanged = isInside(longitude, latitude);
  return {
    zh: `不在中国范围内（纬度 ${BOX.south}–${BOX.north}，经度 ${BOX.west}–${BOX.east}）${exchanged ? "：经纬度可能填反了" : ""}`,
    en: `outside China (latitude ${BOX.south} to ${BOX.north}, longitude ${BOX.west} to ${BOX.east})${exchanged ? ": latitude and longitude seem to be exchanged" : ""}`,
  };
}

/** The same point as Chinese maps draw it (GCJ-02, 火星坐标); for showing only, never stored. */
export function toGcj02({ latitude, longitude }: SiteLocation): SiteLocation {
  const [east, north] = transform([longitude, latitude], WGS84, GCJ02);
  return { latitude: rounded(north), longitude: rounded(east) };
}

function isInside(latitude: number, longitude: number): boolean {
  return latitude >= BOX.south && latitude <= BOX.north && longitude >= BOX.west && longitude <= BOX.east;
}

function rounded(degrees: number): number {
  return Number(degrees.toFixed(DEGREE_DECIMALS));
}
