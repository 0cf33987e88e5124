/** The site named by a location hash such as `#/sites/hx-017`; null when it names none. */
export function siteInHash(hash: string): string | null {
  const name = /^#\/sites\/([^/]+)$/.exec(hash)?.[1];
  if (name === undefined) return null;
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}

/** The hash that names a site. */
export function hashOfSite(id: string): string {
  return `#/sites/${encodeURIComponent(id)}`;
}

/** The site to show: the one the hash names if there is such a one, else the one shown already, else the first. */
export function chosenSite(hash: string, ids: readonly string[], shown: string | null): string | null {
  const wanted = [siteInHash(hash), shown].find((id) => id !== null && ids.includes(id));
  return wanted ?? ids[0] ?? null;
}
