import { appendAudit, SYSTEM } from "../audit/audit-log.ts";
import { localTime } from "../detect/local-time.ts";
import { enqueueNotification } from "../notify/enqueue-notification.ts";
import type { Notification } from "../notify/notification.ts";
import type { Database } from "../store/database.ts";
import { MEASURES, type MeasureKind } from "./closure-measure.ts";
import { PERMIT_KINDS, type Permit, permitEndMs, toPermit } from "./permit-book.ts";
import { parseSettings } from "./site-record.ts";

/** Facts told in one transaction; the rest at the next look. */
const TOLD_MAX = 100;
/** A permit's end is announced a day ahead, or in its last quarter. */
const AHEAD_MAX_MS = 86_400_000;
const AHEAD_SHARE = 0.25;

/** When the end of a permit is announced. Pure. */
export function announceEndMs(permit: Pick<Permit, "fromMs" | "toMs" | "ended">): number {
  const endMs = permitEndMs(permit);
  return endMs - Math.min(AHEAD_MAX_MS, AHEAD_SHARE * (endMs - permit.fromMs));
}

/** Tells once of each measure that is overdue and of each permit that ends or has ended. Returns how many notifications it wrote. */
export async function watchRegister(db: Database, nowMs: number): Promise<number> {
  const measures = await overdueMeasures(db, nowMs);
  const permits = await endingPermits(db, nowMs);
  if (measures.length === 0 && permits.length === 0) return 0;
  return db.transaction().execute(async (tx) => {
    let told = 0;
    for (const measure of measures) told += await tellOverdue(tx, measure, nowMs);
    for (const ending of permits) told += await tellEnding(tx, ending, nowMs);
    return told;
  });
}

/** A site as notifications name it. */
interface ToldSite {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly regionPath: string;
  readonly utcOffsetMin: number;
}

async function overdueMeasures(db: Database, nowMs: number) {
  return db
    .selectFrom("closure_measure")
    .select(["site", "kind", "due_date", "due_ms"])
    .where("done_date", "is", null)
    .where("due_ms", "<=", nowMs)
    .where("required", "=", 1)
    .where((is) => is.or([is("told_due_date", "is", null), is("told_due_date", "<>", is.ref("due_date"))]))
    .orderBy("due_ms")
    .limit(TOLD_MAX)
    .execute();
}

async function tellOverdue(
  tx: Database,
  measure: Awaited<ReturnType<typeof overdueMeasures>>[number],
  nowMs: number,
): Promise<number> {
  const { kind, due_date: date } = measure;
  const words = MEASURES[kind as MeasureKind];
  const site = await toldSite(tx, measure.site);
  await enqueueNotification(
    tx,
    {
      ...noteOf(site, nowMs),
      id: `measure-overdue:${site.id}:${kind}:${date}`,
      kind: "measure-overdue",
      level: "blue",
      eventMs: measure.due_ms ?? nowMs,
      sentence: {
        zh: `${words.zh}应于 ${date} 前完成，至今未见完成记录`,
        en: `${words.en} was due on ${date} and is not recorded as done`,
      },
    },
    nowMs,
  );
  await tx
    .updateTable("closure_measure")
    .set({ told_due_date: date })
    .where("site", "=", site.id)
    .where("kind", "=", kind)
    .execute();
  const { regionPath } = site;
  const detail = { measure: kind, dueDate: date };
  await appendAudit(
    tx,
    SYSTEM,
    { action: "measure.overdue", subject: `site:${site.id}`, regionPath, detail },
    nowMs,
  );
  return 1;
}

interface EndingPermit {
  readonly permit: Permit;
  readonly isOver: boolean;
}

async function endingPermits(db: Database, nowMs: number): Promise<EndingPermit[]> {
  const rows = await db
    .selectFrom("permit")
    .selectAll()
    .where("told_ended_ms", "is", null)
    .where((is) =>
      is.or([
        is("to_ms", "<=", nowMs),
        is("ended_ms", "<=", nowMs),
        is.and([is("to_ms", "<=", nowMs + AHEAD_MAX_MS), is("told_ending_ms", "is", null)]),
      ]),
    )
    .orderBy("to_ms")
    .limit(TOLD_MAX)
    .execute();
  return rows.flatMap((row) => {
    const permit = toPermit(row);
    if (permitEndMs(permit) <= nowMs) return { permit, isOver: true };
    const isDue = row.told_ending_ms === null && permit.ended === null && announceEndMs(permit) <= nowMs;
    return isDue ? { permit, isOver: false } : [];
  });
}

async function tellEnding(tx: Database, { permit, isOver }: EndingPermit, nowMs: number): Promise<number> {
  const endMs = permitEndMs(permit);
  const work = PERMIT_KINDS[permit.kind];
  const rows = await tx.selectFrom("permit_site").select("site").where("permit", "=", permit.id).execute();
  for (const row of rows) {
    const site = await toldSite(tx, row.site);
    const at = localTime(endMs, site.utcOffsetMin, true);
    await enqueueNotification(
      tx,
      {
        ...noteOf(site, nowMs),
        id: `${isOver ? "permit-ended" : "permit-ending"}:${permit.id}:${site.id}`,
        kind: "permit-ending",
        level: "none",
        eventMs: isOver ? endMs : nowMs,
        sentence: isOver
          ? {
              zh: `${work.zh}作业许可已于 ${at} 结束，此后的动静照常告警`,
              en: `the permit for ${work.en} ended at ${at}; from then on signs are signs again`,
            }
          : {
              zh: `${work.zh}作业许可将于 ${at} 到期`,
              en: `the permit for ${work.en} ends at ${at}`,
            },
      },
      nowMs,
    );
  }
  await tx
    .updateTable("permit")
    .set(isOver ? { told_ended_ms: nowMs } : { told_ending_ms: nowMs })
    .where("id", "=", permit.id)
    .execute();
  return rows.length;
}

function noteOf(
  { id, name, regionPath, utcOffsetMin }: ToldSite,
  nowMs: number,
): Omit<Notification, "id" | "kind" | "level" | "eventMs" | "sentence"> {
  return {
    ...{ case: null, site: id, siteName: name, regionPath, to: "duty", utcOffsetMin },
    ...{ raisedMs: nowMs, late: false },
  };
}

async function toldSite(tx: Database, id: string): Promise<ToldSite> {
  const row = await tx
    .selectFrom("site")
    .select(["id", "name_zh", "name_en", "region_path", "settings_json"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return {
    id,
    name: { zh: row.name_zh, en: row.name_en },
    regionPath: row.region_path,
    utcOffsetMin: parseSettings(row.settings_json).utcOffsetMin,
  };
}
