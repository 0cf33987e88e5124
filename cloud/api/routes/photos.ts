import { z } from "zod";
import { may, requireAt } from "../../access/actor.ts";
import { caseSite } from "../../cases/alert-cases.ts";
import { cloudError } from "../../errors.ts";
import { PHOTO_MAX_BYTES, PHOTO_TYPES } from "../../photos/inspect-photo.ts";
import { type PhotoSubject, photosOf, placesOfPhoto, storePhoto } from "../../photos/photo-book.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { type Call, defineRoute, FileAnswer, type Route } from "../route.ts";
import { photoSchema } from "../visit-contract.ts";
import { requireSent, visitFor } from "./visits.ts";

const upload = { types: PHOTO_TYPES, maxBytes: PHOTO_MAX_BYTES };
const query = z.object({ note: z.string().trim().max(200).default("") });

/** Photos of visits and sites: evidence, kept byte for byte as it came. */
export function photoRoutes({ photos }: Pick<ApiDependencies, "photos">): Route[] {
  const keep = async (call: Call<unknown, z.output<typeof query>>, subject: PhotoSubject) => {
    const [type = ""] = (call.request.headers["content-type"] ?? "").split(";");
    // registerUploads lets nothing but bytes come here.
    const photo = { bytes: new Uint8Array(call.body as Buffer), type: type.trim(), note: call.query.note };
    const stored = await storePhoto(call.db, photos, subject, photo, call);
    await call.audit({
      action: "photo.add",
      subject: `${subject.kind}:${subject.id}`,
      regionPath: subject.regionPath,
      detail: {
        photo: stored.photo,
        bytes: stored.bytes,
        takenMs: stored.takenMs,
        distanceM: stored.distanceM,
      },
    });
    return stored;
  };
  const ofVisit = defineRoute({
    method: "POST",
    path: "/visits/{visit}/photos",
    guard: "visit.record",
    summary:
      "Add a photo to a visit: JPEG, PNG or WebP, at most 10 MB. Place and time in it are told, and warned of, never refused.",
    status: 201,
    upload,
    params: z.object({ visit: z.string().max(40) }),
    query,
    answer: photoSchema,
    handle: async (call) => {
      const { db, actor } = call;
      const visit = await visitFor(db, actor, call.params.visit, "visit.record");
      requireSent(actor, visit);
      if (visit.state === "cancelled")
        throw cloudError("VISIT_STATE", { visit: visit.id, why: "it was cancelled" });
      const utcOffsetMin = (await caseSite(db, visit.site))?.utcOffsetMin ?? 0;
      const { id, site, regionPath } = visit;
      return keep(call, { kind: "visit", id, site, regionPath, utcOffsetMin });
    },
  });
  const ofSite = defineRoute({
    method: "POST",
    path: "/sites/{site}/photos",
    guard: "seal.edit",
    summary: "Add a photo to a site, such as a seal's; its hash is what a seal or a measure names.",
    status: 201,
    upload,
    params: z.object({ site: z.string().max(64) }),
    query,
    answer: photoSchema,
    handle: async (call) => {
      const id = call.params.site;
      const site = await caseSite(call.db, id);
      if (!site) throw cloudError("NOT_VISIBLE");
      requireAt(call.actor, "seal.edit", site.regionPath);
      return keep(call, { kind: "site", id, site: id, ...site });
    },
  });
  return [ofVisit, ofSite, listOfSite, bytesRoute(photos)];
}

const listOfSite = defineRoute({
  method: "GET",
  path: "/sites/{site}/photos",
  guard: "site.read",
  summary: "The photos of a site that belong to no visit.",
  params: z.object({ site: z.string().max(64) }),
  answer: z.object({ items: z.array(photoSchema) }),
  handle: async ({ db, actor, params: { site: id } }) => {
    const site = await caseSite(db, id);
    if (!site) throw cloudError("NOT_VISIBLE");
    requireAt(actor, "site.read", site.regionPath);
    return { items: await photosOf(db, "site", id) };
  },
});

/** Who may read one thing that a photo hangs on may see it. */
function bytesRoute(photos: ApiDependencies["photos"]): Route {
  return defineRoute({
    method: "GET",
    path: "/photos/{photo}",
    guard: "site.read",
    summary: "The bytes of a photo, as they came.",
    answerType: "image/*",
    params: z.object({ photo: z.string().regex(/^[0-9a-f]{64}$/, "write a SHA-256 in hex") }),
    handle: async ({ db, actor, params: { photo } }) => {
      const places = await placesOfPhoto(db, photo);
      const seen = places.find(({ region_path, subject_kind }) =>
        may(actor, subject_kind === "visit" ? "case.read" : "site.read", region_path),
      );
      if (!seen) throw cloudError("NOT_VISIBLE");
      const bytes = photos.read(photo);
      if (!bytes) throw cloudError("PHOTO_LOST", { photo });
      return new FileAnswer(seen.type, bytes, `${photo}.${seen.type.slice("image/".length)}`);
    },
  });
}
