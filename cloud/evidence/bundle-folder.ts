import { createHash } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { cloudError } from "../errors.ts";

/** One finished file of a bundle, as the manifest lists it. */
export interface BundleFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A folder that is filled file by file, each hashed as it is written. */
export class BundleFolder {
  readonly files: BundleFile[] = [];
  readonly #folder: string;

  /** Throws EVIDENCE_OUT_UNUSABLE unless the folder can be made and is empty. */
  constructor(folder: string) {
    this.#folder = folder;
    try {
      mkdirSync(folder, { recursive: true });
      if (readdirSync(folder).length > 0) throw new Error("the folder is not empty");
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw cloudError("EVIDENCE_OUT_UNUSABLE", { folder, why }, cause);
    }
  }

  /** Writes a whole file that the manifest lists. */
  add(path: string, content: Uint8Array | string): void {
    const file = this.open(path);
    file.write(typeof content === "string" ? new TextEncoder().encode(content) : content);
    file.close();
  }

  /** Writes a file that the manifest does not list: the manifest itself and its signature. */
  addUnlisted(path: string, content: Uint8Array): void {
    this.add(path, content);
    this.files.pop();
  }

  /** Starts a file that grows piece by piece; it is listed when it is closed. */
  open(path: string): { write(piece: Uint8Array): void; close(): void } {
    const place = join(this.#folder, path);
    mkdirSync(dirname(place), { recursive: true });
    const descriptor = openSync(place, "wx", 0o600);
    const hash = createHash("sha256");
    let bytes = 0;
    return {
      write: (piece) => {
        writeSync(descriptor, piece);
        hash.update(piece);
        bytes += piece.length;
      },
      close: () => {
        fsyncSync(descriptor);
        closeSync(descriptor);
        this.files.push({ path, bytes, sha256: hash.digest("hex") });
      },
    };
  }
}
