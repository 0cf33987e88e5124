import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { syncFolder } from "@sealwatch/platform";

/** The lines of a revocation file, oldest first; null when there is no file. A line without its end was never confirmed and is cut off. */
export function readRevocationLines(file: string): string[] | null {
  if (!existsSync(file)) return null;
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end < bytes.length) truncateSync(file, end);
  return linesOf(bytes.subarray(0, end).toString("utf8"));
}

/** The lines of a text; blank ones are none. */
export function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

/** Adds a line; it is on the disk when this returns. */
export function appendRevocationLine(file: string, line: string): void {
  const isNew = !existsSync(file);
  const handle = openSync(file, "a", 0o600);
  try {
    appendFileSync(handle, `${line}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  if (isNew) syncFolder(dirname(file));
}

/** Writes the whole file, at once or not at all; what was there before is kept as `….before-N`. */
export function replaceRevocationLines(file: string, lines: readonly string[]): void {
  writeFileSync(`${file}.new`, lines.map((line) => `${line}\n`).join(""), { mode: 0o600, flush: true });
  if (existsSync(file)) {
    let number = 1;
    while (existsSync(`${file}.before-${number}`)) number++;
    renameSync(file, `${file}.before-${number}`);
  }
  renameSync(`${file}.new`, file);
  syncFolder(dirname(file));
}
