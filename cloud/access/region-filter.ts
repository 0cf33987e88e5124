import { type RawBuilder, type SqlBool, sql } from "kysely";

/**
 * Rows whose region path, in `column`, lies in one of `tops`; none for no top. Ranges, so that an index on the path serves it: ids are
 * [a-z0-9-] and a path ends with "/", whose successor is "0".
 */
export function withinRegions(
  column: "path" | "region_path" | `${string}.region_path`,
  tops: readonly string[],
): RawBuilder<SqlBool> {
  if (tops.length === 0) return sql<SqlBool>`1 = 0`;
  const inside = tops.map(
    (top) => sql<SqlBool>`(${sql.ref(column)} >= ${top} and ${sql.ref(column)} < ${`${top.slice(0, -1)}0`})`,
  );
  return sql<SqlBool>`(${sql.join(inside, sql` or `)})`;
}
