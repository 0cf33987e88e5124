import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Clock, messageOf, sleepMs, syncFolder } from "@sealwatch/platform";
import { sql } from "kysely";
import type { CloudConfig } from "../config/cloud-config.ts";
import { cloudError } from "../errors.ts";
import { ACKNOWLEDGE_KEY } from "../notify/acknowledge-link.ts";
import { PhotoFiles } from "../photos/photo-files.ts";
import { type Database, type OpenDatabase, openDatabase } from "../store/database.ts";
import { copyRows, lastRow, tablesOf } from "./copy-rows.ts";

/** Between two pages everybody else has his turn. */
const PAUSE_MS = 5;
/** Tables that only ever grow: copied at leisure first, so that the last turn, in which nothing else is written, is short. */
const GROWING = ["segment", "context", "alert_entry", "receipt", "case_entry", "audit"] as const;
const OWNER_ONLY = 0o600;

type Tell = (progress: { done: number; total: number }) => void;

/**
 * Answers `backup`: one SQLite file with everything that cannot be derived, as of one moment, and the county's keys in `backup_file`.
 * Throws BACKUP_OUT_UNUSABLE.
 */
export async function answerBackup(
  { db, clock, config }: { db: Database; clock: Clock; config: Pick<CloudConfig, "dataDir"> },
  out: string,
  tell: Tell,
  hungUp: AbortSignal,
) {
  const partial = `${out}.partial`;
  const target = await openTarget(out, partial);
  try {
    const pause = async () => {
      hungUp.throwIfAborted();
      await sleepMs(clock, PAUSE_MS);
    };
    await copyGrowing(db, target.db, tell, pause);
    // Holding the connection, no one else writes: from here on it is one moment.
    await db.transaction().execute(async (now) => {
      for (const table of await tablesOf(now)) {
        await copyRows(now, target.db, table, await lastRow(target.db, table));
      }
    });
    const secrets = await keepSecrets(target.db, config.dataDir);
    await keepPhotos(target.db, new PhotoFiles(config.dataDir), pause);
    const { segments } = await target.db
      .selectFrom("segment")
      .select((select) => select.fn.countAll<number>().as("segments"))
      .executeTakeFirstOrThrow();
    await target.close();
    renameSync(partial, out);
    syncFolder(dirname(out));
    return { bytes: statSync(out).size, segments: Number(segments), secrets };
  } catch (error) {
    await target.close().catch(() => {});
    rmSync(partial, { force: true });
    throw error;
  }
}

async function openTarget(out: string, partial: string): Promise<OpenDatabase> {
  try {
    if (existsSync(out)) throw new Error("the file is there already");
    rmSync(partial, { force: true });
    writeFileSync(partial, "", { mode: OWNER_ONLY, flag: "wx" });
    return await openDatabase(partial);
  } catch (cause) {
    throw cloudError("BACKUP_OUT_UNUSABLE", { file: out, why: messageOf(cause) }, cause);
  }
}

async function copyGrowing(
  from: Database,
  to: Database,
  tell: Tell,
  pause: () => Promise<void>,
): Promise<void> {
  let total = 0;
  for (const table of GROWING) total += await lastRow(from, table);
  let done = 0;
  for (const table of GROWING) {
    await copyRows(from, to, table, 0, async (rows) => {
      done = Math.min(total, done + rows);
      tell({ done, total });
      await pause();
    });
  }
}

/** Puts the county's keys and the revocations beside the tables. */
async function keepSecrets(db: Database, dataDir: string): Promise<string[]> {
  await sql`create table backup_file (path text primary key, bytes blob not null)`.execute(db);
  const ca = existsSync(join(dataDir, "ca"))
    ? readdirSync(join(dataDir, "ca")).map((name) => `ca/${name}`)
    : [];
  const named = ["cloud.key", ACKNOWLEDGE_KEY, "revocations.jsonl", ...ca];
  const paths = named.filter((path) => existsSync(join(dataDir, path)));
  for (const path of paths) {
    const bytes = new Uint8Array(readFileSync(join(dataDir, path)));
    await sql`insert into backup_file values (${path}, ${bytes})`.execute(db);
  }
  return paths;
}

/** Puts the bytes of every photo that the tables name beside them; what is lost already is not made worse. */
async function keepPhotos(to: Database, files: PhotoFiles, pause: () => Promise<void>): Promise<void> {
  await sql`create table backup_photo (hash text primary key, bytes blob not null)`.execute(to);
  for (const { hash } of await to.selectFrom("photo").select("hash").orderBy("hash").execute()) {
    const bytes = files.read(hash);
    if (bytes) await sql`insert into backup_photo values (${hash}, ${bytes})`.execute(to);
    await pause();
  }
}
