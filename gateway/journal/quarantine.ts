import { existsSync, renameSync } from "node:fs";

/** True for what SQLite says of a file that is not, or no longer, a whole database. */
export function isDamage(error: unknown): boolean {
  const text = error instanceof Error ? error.message : "";
  return /malformed|not a database|corrupt/i.test(text) || error instanceof SyntaxError;
}

/** Puts a damaged journal and its write-ahead log aside as `<file>.corrupt-<n>`, for people to look at. Gives the new name. */
export function quarantine(file: string): string {
  let n = 1;
  while (existsSync(`${file}.corrupt-${n}`)) n++;
  const aside = `${file}.corrupt-${n}`;
  renameSync(file, aside);
  for (const suffix of ["-wal", "-shm", "-journal"]) {
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  }
  return aside;
}
