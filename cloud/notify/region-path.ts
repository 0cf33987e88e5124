import { z } from "zod";

/** A path of the region tree: every part ends with a slash; empty is the root. */
export const regionPathSchema = z
  .string()
  .max(400)
  .regex(/^([a-z0-9-]+\/)*$/, "write a path such as yunxi/qingshi/");

/** The region itself, then what is above it, up to the root. */
export function regionAndAbove(path: string): string[] {
  const parts = path.split("/").filter(Boolean);
  return Array.from({ length: parts.length + 1 }, (_, up) =>
    parts
      .slice(0, parts.length - up)
      .map((part) => `${part}/`)
      .join(""),
  );
}
