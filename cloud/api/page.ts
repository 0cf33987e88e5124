import { z } from "zod";

const PAGE_DEFAULT = 50;
const PAGE_MAX = 200;

/** How a list is asked for: `after` is what the page before answered as `next`. */
export const pageQuery = {
  after: z.string().max(200).optional().describe("continue after this cursor, the `next` of the page before"),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT).describe("items wanted, at most"),
};

/** One page of a list; `next` null: it ends here. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/** Cuts rows that were read one beyond the limit into a page. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
  itemOf: (row: Row) => Item,
): { items: Item[]; next: string | null } {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return { items: kept.map(itemOf), next: rows.length > limit && last ? cursorOf(last) : null };
}
