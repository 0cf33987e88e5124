import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** Room enough for the write-ahead log and for what giving up bodies writes. */
const RESERVE_BYTES = 4 * 1024 * 1024;
/** The reserve is made only where this much stays free beside it. */
const FREE_BESIDE_BYTES = 2 * 1024 * 1024;
/** A write that failed with less than this free failed for want of room. */
const FULL_BELOW_BYTES = 256 * 1024;

/** A file whose only use is to be deleted when the disk is full, so that what must be committed then can be. */
export class DiskReserve {
  readonly #file: string;

  constructor(journalFile: string) {
    this.#file = `${journalFile.replace(/\.db$/, "")}.reserve`;
  }

  /** True when there is a reserve, or was room to make one. Zeros would take no room on some file systems: it is noise. */
  make(): boolean {
    if ((statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0) >= RESERVE_BYTES) return true;
    if (this.#freeBytes() < RESERVE_BYTES + FREE_BESIDE_BYTES) return false;
    try {
      const handle = openSync(this.#file, "w", 0o600);
      try {
        writeSync(handle, noise(RESERVE_BYTES));
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      return (statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0) >= RESERVE_BYTES;
    } catch {
      this.release();
      return false;
    }
  }

  /** Gives its room back to the disk. False when there was none. */
  release(): boolean {
    if (!existsSync(this.#file)) return false;
    rmSync(this.#file, { force: true });
    return true;
  }

  /** Whether a failed write failed for want of room: SQLite's driver calls that an I/O error too. */
  explains(error: unknown): boolean {
    const text = error instanceof Error ? error.message : "";
    if (/disk is full/i.test(text)) return true;
    return /I\/O error|ENOSPC|unable to open/i.test(text) && this.#freeBytes() < FULL_BELOW_BYTES;
  }

  #freeBytes(): number {
    const { bavail, bsize } = statfsSync(dirname(this.#file));
    return bavail * bsize;
  }
}

function noise(bytes: number): Uint8Array {
  const block = new Uint32Array(bytes / 4);
  let state = 1;
  for (let index = 0; index < block.length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    block[index] = state;
  }
  return new Uint8Array(block.buffer);
}
