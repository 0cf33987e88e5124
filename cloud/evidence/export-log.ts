import type { Database } from "../store/database.ts";
import type { BundleFolder } from "./bundle-folder.ts";
import type { Pace } from "./export-journal.ts";

const PAGE_ROWS = 500;
/** Links of other sites between two entries; where there are more, the next entry stands alone. */
const BETWEEN_MAX = 10_000;

/** What the manifest says of one hash-chained log. */
export interface ExportedLog {
  readonly path: string;
  /** Entries of this site, with their text. */
  readonly entries: number;
}

/** A link of a chain that all sites share; `text` is what was hashed after the link before it. */
interface Link {
  readonly id: number;
  readonly site: string;
  readonly recordedMs: number;
  readonly prev: string;
  readonly hash: string;
  readonly text: string;
}

type ReadLinks = (afterId: number, limit: number) => Promise<Link[]>;

/**
 * Writes a site's entries recorded up to `toMs`. From the first one in the range on, the links of other sites stand between them as
 * hashes only, so that nothing can be left out unseen; earlier entries stand alone.
 */
export async function exportLog(
  read: ReadLinks,
  { site, fromMs, toMs }: { site: string; fromMs: number; toMs: number },
  path: string,
  { out, pace }: { out: BundleFolder; pace: Pace },
): Promise<ExportedLog> {
  const file = out.open(path);
  let entries = 0;
  /** Hash of the last line, written or waiting. */
  let last: string | null = null;
  let waiting: string[] = [];
  for (let afterId = 0; ; ) {
    const links = await read(afterId, PAGE_ROWS);
    for (const { id, recordedMs, prev, hash, text, ...link } of links) {
      afterId = id;
      const isOwn = link.site === site && recordedMs <= toMs;
      // Other sites' links say nothing unless an entry of this site follows them.
      if (!isOwn && (last === null || recordedMs < fromMs || recordedMs > toMs)) continue;
      const line = { prev, hash, joined: prev === last, ...(isOwn ? { text } : {}) };
      waiting.push(`${JSON.stringify(line)}\n`);
      last = !isOwn && waiting.length > BETWEEN_MAX ? null : hash;
      if (last === null) waiting = [];
      if (!isOwn) continue;
      entries += 1;
      file.write(new TextEncoder().encode(waiting.join("")));
      waiting = [];
    }
    await pace(0);
    if (links.length < PAGE_ROWS) break;
  }
  file.close();
  return { path, entries };
}

/** Links of the context log. */
export function contextLinks(db: Database): ReadLinks {
  return async (afterId, limit) => {
    const rows = await db
      .selectFrom("context")
      .selectAll()
      .where("id", ">", afterId)
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      ...{ id: row.id, site: row.site, recordedMs: row.recorded_ms, prev: row.prev_hash, hash: row.hash },
      text: JSON.stringify({ site: row.site, recordedMs: row.recorded_ms, ...JSON.parse(row.entry_json) }),
    }));
  };
}

/** Links of the alerts' chain. */
export function alertLinks(db: Database): ReadLinks {
  return async (afterId, limit) => {
    const rows = await db
      .selectFrom("alert_entry as e")
      .innerJoin("alert as a", "a.id", "e.alert")
      .select(["e.id", "a.site", "e.recorded_ms", "e.prev_hash", "e.hash", "e.alert_json"])
      .where("e.id", ">", afterId)
      .orderBy("e.id")
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      ...{ id: row.id, site: row.site, recordedMs: row.recorded_ms, prev: row.prev_hash, hash: row.hash },
      text: row.alert_json,
    }));
  };
}
