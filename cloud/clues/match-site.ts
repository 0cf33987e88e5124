/** What a clue is compared with. */
export interface MatchableSite {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  /** Free text in which an electricity account may stand. */
  readonly notes: string;
}

/** A site that a clue may mean, with how alike the two are, 0–1, and by what. */
export interface SiteMatch {
  readonly site: string;
  readonly score: number;
  readonly by: "account" | "name" | "address" | "name-and-address";
}

/** Words that every other company's name ends with. */
const COMPANY_WORDS =
  /(有限责任公司|股份有限公司|有限公司|分公司|总公司|公司|co\.?,?\s*ltd\.?|ltd\.?|inc\.?)/g;
const ACCOUNT_DIGITS_MIN = 6;
/** Below this two names have nothing but common characters in common. */
const SCORE_MIN = 0.45;
const MATCHES_MAX = 5;

/** A name or address without what varies from list to list: width, case, spaces, marks, company forms. Pure. */
export function normalised(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(COMPANY_WORDS, "")
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** Finds the sites that a clue may mean, best first; made once for many clues. Pure. */
export function siteMatcher(sites: readonly MatchableSite[]) {
  const names = bigramIndex(sites.map(({ name }) => normalised(name)));
  const addresses = bigramIndex(sites.map(({ address }) => normalised(address)));
  return (clue: {
    readonly name: string;
    readonly address: string;
    readonly account: string;
  }): SiteMatch[] => {
    const account = clue.account.replaceAll(/\D/g, "");
    const byName = names(normalised(clue.name));
    const byAddress = addresses(normalised(clue.address));
    const candidates = new Set([...byName.keys(), ...byAddress.keys()]);
    const found: SiteMatch[] = [];
    for (const [index, site] of sites.entries()) {
      if (account.length >= ACCOUNT_DIGITS_MIN && digitsIn(site.notes).includes(account)) {
        found.push({ site: site.id, score: 1, by: "account" });
        candidates.delete(index);
      }
    }
    for (const index of candidates) {
      const site = sites[index];
      const match = site && alike(byName.get(index) ?? 0, byAddress.get(index) ?? 0, clue);
      if (match && match.score >= SCORE_MIN) found.push({ site: site.id, ...match });
    }
    return found.sort((a, b) => b.score - a.score || (a.site < b.site ? -1 : 1)).slice(0, MATCHES_MAX);
  };
}

/** Both together count more than either; what the clue does not say counts neither way. */
function alike(
  name: number,
  address: number,
  clue: { readonly name: string; readonly address: string },
): Omit<SiteMatch, "site"> {
  if (normalised(clue.address) === "") return { score: round(name), by: "name" };
  if (normalised(clue.name) === "") return { score: round(address), by: "address" };
  const together = 0.6 * name + 0.4 * address;
  if (together >= Math.max(0.9 * name, 0.75 * address))
    return { score: round(together), by: "name-and-address" };
  return name >= address
    ? { score: round(0.9 * name), by: "name" }
    : { score: round(0.75 * address), by: "address" };
}

/** Sørensen–Dice of a text's pairs of characters with each of many, where any pair is shared. */
function bigramIndex(texts: readonly string[]) {
  const owners = new Map<string, number[]>();
  const sizes = texts.map((text, index) => {
    const pairs = bigrams(text);
    for (const pair of pairs) {
      const known = owners.get(pair);
      if (known) known.push(index);
      else owners.set(pair, [index]);
    }
    return pairs.size;
  });
  return (text: string): Map<number, number> => {
    const pairs = bigrams(text);
    const shared = new Map<number, number>();
    for (const pair of pairs) {
      for (const index of owners.get(pair) ?? []) shared.set(index, (shared.get(index) ?? 0) + 1);
    }
    return new Map(
      [...shared].map(([index, both]) => [index, (2 * both) / (pairs.size + (sizes[index] ?? 0))]),
    );
  };
}

function bigrams(text: string): Set<string> {
  const letters = [...text];
  if (letters.length === 1) return new Set(letters);
  return new Set(letters.slice(1).map((letter, index) => `${letters[index]}${letter}`));
}

function digitsIn(text: string): string[] {
  return text.match(/\d{6,}/g) ?? [];
}

function round(score: number): number {
  return Math.round(score * 100) / 100;
}
