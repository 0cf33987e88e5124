import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const OWNER_ONLY = 0o600;

/** Writes a file whole or not at all, for its owner only: a power cut leaves the one before. Throws what the system says. */
export function writeDurably(file: string, content: string | Uint8Array, mode = OWNER_ONLY): void {
  const fresh = `${file}.new`;
  writeFileSync(fresh, content, { mode, flush: true });
  renameSync(fresh, file);
  const folder = openSync(dirname(file), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
