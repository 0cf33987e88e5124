import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { messageOf, openSqlite, type SqliteDatabase, syncFolder } from "@sealwatch/platform";
import { cloudError } from "../errors.ts";
import { ACKNOWLEDGE_KEY } from "../notify/acknowledge-link.ts";
import { PhotoFiles } from "../photos/photo-files.ts";

const OWNER_ONLY = 0o600;
const REVOCATIONS = "revocations.jsonl";
/** What a backup knew of revocations is old: the newest copy is asked for before a certificate is issued again. */
const REVOCATIONS_OF_BACKUP = "revocations.backup.jsonl";

interface KeptFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Puts a backup into a data folder that has no database; keys of the county that are there must be the same. Throws BACKUP_UNUSABLE. */
export async function restoreBackup(file: string, dataDir: string): Promise<string[]> {
  const refuse = (why: string, cause?: unknown) => cloudError("BACKUP_UNUSABLE", { file, why }, cause);
  const place = join(dataDir, "cloud.sqlite");
  if (existsSync(place)) throw refuse(`${place} is there already: move it aside`);
  mkdirSync(dataDir, { recursive: true });
  const copy = `${place}.restoring`;
  try {
    copyFileSync(file, copy);
    const files = await takeFiles(copy, new PhotoFiles(dataDir));
    const other = files.find((kept) => isOther(dataDir, kept));
    if (other) throw new Error(`${join(dataDir, other.path)} is another county's`);
    for (const kept of files) putBack(dataDir, kept);
    renameSync(copy, place);
    syncFolder(dataDir);
    return files.map(({ path }) => path);
  } catch (cause) {
    rmSync(copy, { force: true });
    throw refuse(messageOf(cause), cause);
  }
}

/** Reads the kept files and takes them out of the database, so that a running cloud's file holds no keys. */
async function takeFiles(copy: string, photos: PhotoFiles): Promise<KeptFile[]> {
  const { db, close } = await openSqlite(copy);
  try {
    const rows = db.all("SELECT path, bytes FROM backup_file ORDER BY path");
    db.exec("PRAGMA secure_delete = ON");
    db.exec("DROP TABLE backup_file");
    takePhotos(db, photos);
    return rows
      .map((row) => ({ path: String(row["path"]), bytes: row["bytes"] as Uint8Array }))
      .filter(({ path }) => /^(cloud\.key|acknowledge\.key|revocations\.jsonl|ca\/[a-z0-9.-]+)$/.test(path));
  } finally {
    await close();
  }
}

/** Photos are written one by one; older backups have none. */
function takePhotos(db: SqliteDatabase, photos: PhotoFiles): void {
  if (db.all("SELECT name FROM sqlite_master WHERE name = 'backup_photo'").length === 0) return;
  for (const { hash } of db.all("SELECT hash FROM backup_photo")) {
    const [row] = db.all("SELECT bytes FROM backup_photo WHERE hash = ?", [String(hash)]);
    if (row) photos.write(row["bytes"] as Uint8Array);
  }
  db.exec("DROP TABLE backup_photo");
}

/** Revocations go beside; a key for links that is there was made anew on purpose, and stays. */
function isOther(dataDir: string, { path, bytes }: KeptFile): boolean {
  const file = join(dataDir, path);
  if (path === REVOCATIONS || path === ACKNOWLEDGE_KEY) return false;
  return existsSync(file) && !readFileSync(file).equals(Buffer.from(bytes));
}

function putBack(dataDir: string, { path, bytes }: KeptFile): void {
  const file = join(dataDir, path === REVOCATIONS ? REVOCATIONS_OF_BACKUP : path);
  if (existsSync(file) && path !== REVOCATIONS) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes, { mode: OWNER_ONLY, flush: true });
  syncFolder(dirname(file));
}
