import type { Actor } from "../access/actor.ts";
import type { PhotoView } from "../api/visit-contract.ts";
import { cloudError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { distanceM } from "./distance.ts";
import { inspectPhoto, PHOTO_TYPES } from "./inspect-photo.ts";
import type { PhotoFiles } from "./photo-files.ts";
import { photoWarnings } from "./photo-warnings.ts";

/** Photos that one visit or site carries. */
const PHOTOS_MAX = { visit: 60, site: 500 } as const;

/** What a photo hangs on. */
export interface PhotoSubject {
  readonly kind: "visit" | "site";
  readonly id: string;
  readonly site: string;
  readonly regionPath: string;
  readonly utcOffsetMin: number;
}

/** Checks a picture, stores its bytes as they came and hangs it on a subject. Throws PHOTO_UNUSABLE or PHOTOS_EXHAUSTED. */
export async function storePhoto(
  tx: Database,
  files: PhotoFiles,
  subject: PhotoSubject,
  { bytes, type, note }: { readonly bytes: Uint8Array; readonly type: string; readonly note: string },
  { actor, nowMs }: { readonly actor: Pick<Actor, "id" | "name">; readonly nowMs: number },
): Promise<PhotoView> {
  const facts = await inspectPhoto(bytes, type, subject.utcOffsetMin);
  const { total } = await tx
    .selectFrom("photo_link")
    .select(({ fn }) => fn.countAll<number>().as("total"))
    .where("subject_kind", "=", subject.kind)
    .where("subject", "=", subject.id)
    .executeTakeFirstOrThrow();
  const max = PHOTOS_MAX[subject.kind];
  if (Number(total) >= max) throw cloudError("PHOTOS_EXHAUSTED", { max });
  const hash = files.write(bytes);
  await tx
    .insertInto("photo")
    .values({
      ...{ hash, type: facts.type, bytes: bytes.length, width: facts.width, height: facts.height },
      ...{ taken_ms: facts.takenMs, latitude: facts.location?.latitude ?? null },
      ...{ longitude: facts.location?.longitude ?? null, created_ms: nowMs },
    })
    .onConflict((conflict) => conflict.column("hash").doNothing())
    .execute();
  await tx
    .insertInto("photo_link")
    .values({
      ...{ photo: hash, subject_kind: subject.kind, subject: subject.id, site: subject.site, note },
      ...{ region_path: subject.regionPath, at_ms: nowMs, by: actor.id, by_name: actor.name },
    })
    .onConflict((conflict) => conflict.columns(["subject_kind", "subject", "photo"]).doNothing())
    .execute();
  const stored = (await photosOf(tx, subject.kind, subject.id)).find(({ photo }) => photo === hash);
  if (!stored) throw new Error("the photo just stored is not there");
  return stored;
}

/** The photos of a subject, oldest first. */
export async function photosOf(db: Database, kind: PhotoSubject["kind"], id: string): Promise<PhotoView[]> {
  const rows = await db
    .selectFrom("photo_link")
    .innerJoin("photo", "photo.hash", "photo_link.photo")
    .selectAll("photo")
    .select(["photo_link.note", "photo_link.at_ms", "photo_link.by_name", "photo_link.site"])
    .where("photo_link.subject_kind", "=", kind)
    .where("photo_link.subject", "=", id)
    .orderBy("photo_link.ord")
    .limit(PHOTOS_MAX.site)
    .execute();
  const site = rows[0] ? await siteLocation(db, rows[0].site) : null;
  return rows.map((row) => {
    const location = pointOf(row.latitude, row.longitude);
    const away = location && site ? distanceM(location, site) : null;
    const known = { takenMs: row.taken_ms, distanceM: away, located: location !== null };
    return {
      ...{ photo: row.hash, bytes: row.bytes, width: row.width, height: row.height },
      type: PHOTO_TYPES.find((type) => type === row.type) ?? "image/jpeg",
      ...{ note: row.note, atMs: row.at_ms, by: row.by_name, takenMs: row.taken_ms, location },
      distanceM: away === null ? null : Math.round(away),
      warnings: photoWarnings(known, row.at_ms),
    };
  });
}

/** Where in the tree a photo hangs, and its type; none: it is not known. */
export async function placesOfPhoto(db: Database, hash: string) {
  return db
    .selectFrom("photo_link")
    .innerJoin("photo", "photo.hash", "photo_link.photo")
    .select(["photo.type", "photo_link.region_path", "photo_link.subject_kind"])
    .where("photo_link.photo", "=", hash)
    .execute();
}

/** Where the register has the site, or null. */
async function siteLocation(db: Database, site: string) {
  const row = await db
    .selectFrom("site")
    .select(["latitude", "longitude"])
    .where("id", "=", site)
    .executeTakeFirst();
  return row ? pointOf(row.latitude, row.longitude) : null;
}

function pointOf(latitude: number | null, longitude: number | null) {
  return latitude === null || longitude === null ? null : { latitude, longitude };
}

/** Refuses photos that nobody added to the site. Throws PHOTO_UNKNOWN. */
export async function requirePhotos(db: Database, site: string, photos: readonly string[]): Promise<void> {
  for (const photo of photos) {
    const link = await db
      .selectFrom("photo_link")
      .select("ord")
      .where("photo", "=", photo)
      .where("site", "=", site)
      .limit(1)
      .executeTakeFirst();
    if (!link) throw cloudError("PHOTO_UNKNOWN", { photo });
  }
}
