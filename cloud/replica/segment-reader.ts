import { decodeCose, decodeHeader, type SegmentHeader } from "@sealwatch/protocols";
import type { Database } from "../store/database.ts";

/** Rows read at a time. */
const PAGE_ROWS = 200;

/** A stored segment: verified when it came in. */
export interface StoredSegment {
  readonly ord: number;
  readonly segment: { readonly header: SegmentHeader; readonly body: Uint8Array | null };
}

/** A gateway's segments in the order of its journal, from just after `afterOrd` up to `untilOrd`. */
export async function* readSegments(
  db: Database,
  gateway: string,
  afterOrd = 0,
  untilOrd = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<StoredSegment> {
  let last = afterOrd;
  for (;;) {
    const rows = await db
      .selectFrom("segment")
      .select(["ord", "cose", "body"])
      .where("gateway", "=", gateway)
      .where("ord", ">", last)
      .where("ord", "<=", untilOrd)
      .orderBy("ord")
      .limit(PAGE_ROWS)
      .execute();
    for (const row of rows) {
      const [, , payload] = decodeCose(row.cose, "stored segment");
      yield {
        ord: row.ord,
        segment: { header: decodeHeader(payload), body: row.body.length > 0 ? row.body : null },
      };
      last = row.ord;
    }
    if (rows.length < PAGE_ROWS) return;
  }
}
