import { nextLink } from "./hash-chain.ts";

/** Rows read at once: a long chain must not be held in memory. */
export const CHAIN_PAGE_ROWS = 5_000;

/** One stored entry of a hash-chained log. */
export interface ChainRow {
  readonly id: number;
  readonly entry_json: string;
  readonly prev_hash: string;
  readonly hash: string;
}

/** What a walk along a chain found. `brokenAt`: the first entry that does not follow from those before. */
export interface ChainVerdict {
  readonly entries: number;
  readonly head: string | null;
  readonly brokenAt: { readonly id: number; readonly why: string } | null;
}

/** Why an entry does not follow the hash before it, or null. Pure. */
export function linkProblem(
  { entry_json, prev_hash, hash }: Omit<ChainRow, "id">,
  prev: string | undefined,
): string | null {
  const link = nextLink(prev, entry_json);
  if (prev_hash !== link.prev_hash) return "it does not follow the entry before it";
  return hash === link.hash ? null : "its text was changed";
}

/**
 * Walks a whole chain, page by page. `isTold` says whether the columns beside an entry's text say the same: a search finds by columns,
 * and only the text is hashed.
 */
export async function walkChain<Row extends ChainRow>(
  pageAfter: (id: number) => Promise<readonly Row[]>,
  isTold: (row: Row, entry: Readonly<Record<string, unknown>>) => boolean,
  onPage: (entries: number) => void = () => {},
): Promise<ChainVerdict> {
  let entries = 0;
  let head: string | undefined;
  for (let after = 0; ; ) {
    const rows = await pageAfter(after);
    for (const row of rows) {
      const columns = () =>
        isTold(row, JSON.parse(row.entry_json)) ? null : "a column differs from the text that was hashed";
      const why = linkProblem(row, head) ?? columns();
      if (why !== null) return { entries, head: head ?? null, brokenAt: { id: row.id, why } };
      head = row.hash;
      after = row.id;
      entries++;
    }
    onPage(entries);
    if (rows.length < CHAIN_PAGE_ROWS) return { entries, head: head ?? null, brokenAt: null };
  }
}
