/** What a location hash shows: the sites, the list of cases, or one case. */
export type Place =
  | { readonly kind: "sites" }
  | { readonly kind: "cases" }
  | { readonly kind: "case"; readonly id: string };

/** The place that a hash such as `#/cases/2026-000017` names. */
export function placeInHash(hash: string): Place {
  const [, name] = /^#\/cases(?:\/([^/]*))?$/.exec(hash) ?? [];
  if (!hash.startsWith("#/cases")) return { kind: "sites" };
  if (name === undefined || name === "") return { kind: "cases" };
  try {
    return { kind: "case", id: decodeURIComponent(name) };
  } catch {
    return { kind: "cases" };
  }
}

/** The hash that names a case. */
export function hashOfCase(id: string): string {
  return `#/cases/${encodeURIComponent(id)}`;
}
