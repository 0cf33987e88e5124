import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { syncFolder } from "@sealwatch/platform";

const OWNER_ONLY = 0o600;
/** One name for all, since they are written one by one: however often a write is cut short, one file at most is left. */
const PARTIAL = "upload.partial";
const HASH_PATTERN = /^[0-9a-f]{64}$/;

/** The bytes of photos as they came: `photos/ab/<sha-256>`. The same picture twice is one file. */
export class PhotoFiles {
  readonly #dir: string;

  constructor(dataDir: string) {
    this.#dir = join(dataDir, "photos");
  }

  /** Writes bytes, on the disk when this returns; returns their SHA-256. */
  write(bytes: Uint8Array): string {
    const hash = createHash("sha256").update(bytes).digest("hex");
    const file = this.#file(hash);
    if (existsSync(file)) return hash;
    mkdirSync(dirname(file), { recursive: true });
    const partial = join(this.#dir, PARTIAL);
    try {
      const opened = openSync(partial, "w", OWNER_ONLY);
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(opened, bytes, at);
        fsyncSync(opened);
      } finally {
        closeSync(opened);
      }
      renameSync(partial, file);
    } catch (error) {
      rmSync(partial, { force: true });
      throw error;
    }
    syncFolder(dirname(file));
    syncFolder(this.#dir);
    return hash;
  }

  /** The bytes of a hash, or null where there is no such file or it is not what its name says. */
  read(hash: string): Uint8Array | null {
    if (!HASH_PATTERN.test(hash) || !existsSync(this.#file(hash))) return null;
    const bytes = new Uint8Array(readFileSync(this.#file(hash)));
    return createHash("sha256").update(bytes).digest("hex") === hash ? bytes : null;
  }

  #file(hash: string): string {
    return join(this.#dir, hash.slice(0, 2), hash);
  }
}
