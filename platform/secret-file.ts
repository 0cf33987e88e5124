import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

const OWNER_ONLY = 0o600;

/**
 * The text of a file that only its owner may read; made by `make` when it is not there yet, whole or not at all, and never
 * overwritten. Throws what the file system throws.
 */
export function secretFile(file: string, make: () => string): string {
  if (!existsSync(file)) create(file, make());
  return readFileSync(file, "utf8");
}

/** Written aside and linked: a power cut leaves no half of it, and of two that make it at once the first one stays. */
function create(file: string, text: string): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true });
  const aside = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    writeFileSync(aside, text, { mode: OWNER_ONLY, flag: "wx", flush: true });
    linkSync(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
  syncFolder(folder);
}

/** A new name is only as durable as the folder that holds it. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
