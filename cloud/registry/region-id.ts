import { z } from "zod";

/** 省 市 县 乡（镇、街道） 村（社区), from the top down. */
export const REGION_KINDS = ["province", "prefecture", "county", "township", "village"] as const;
export type RegionKind = (typeof REGION_KINDS)[number];

/** An administrative code or a slug: what paths are made of, so no slash and nothing that sorts before one. */
export const regionIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,47}$/, "write 1 to 48 of a-z, 0-9 and -, such as 140823");
