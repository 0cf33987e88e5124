import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";

const BLOCK_BYTES = 64 * 1024;

/** A disk of its own that can really be filled. */
export interface SmallDisk {
  readonly dir: string;
  /** Writes a file until nothing more fits. */
  fill(): void;
  /** Deletes that file. */
  clear(): void;
  freeBytes(): number;
  unmount(): void;
}

/** Mounts a tmpfs of `megabytes`. Throws where that is not allowed: root only. */
export function mountSmallDisk(dir: string, megabytes: number): SmallDisk {
  mkdirSync(dir, { recursive: true });
  run("mount", "-t", "tmpfs", "-o", `size=${megabytes}m,mode=0700`, "tmpfs", dir);
  const filler = join(dir, "other-peoples-file");
  return {
    dir,
    fill: () => fillUp(filler),
    clear: () => rmSync(filler, { force: true }),
    freeBytes: () => {
      const { bavail, bsize } = statfsSync(dir);
      return bavail * bsize;
    },
    unmount: () => run("umount", "-l", dir),
  };
}

function fillUp(file: string): void {
  const handle = openSync(file, "a");
  try {
    for (let block = BLOCK_BYTES; block >= 512; ) {
      try {
        writeSync(handle, Buffer.alloc(block, 0x20));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
        block /= 2;
      }
    }
  } finally {
    closeSync(handle);
  }
}

function run(command: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0)
    throw new Error(`${command} ${args.join(" ")}: ${stderr.trim()} (a disk that can be filled needs root)`);
}
