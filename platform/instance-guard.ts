import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { platformError } from "./platform-errors.ts";

/** Held for as long as this process may write the file. */
export interface InstanceGuard {
  release(): Promise<void>;
}

/**
 * Makes sure that only one process of this machine opens `file`. The kernel drops the guard when the process dies,
 * however it dies, which no lock file can promise. Throws ALREADY_RUNNING.
 */
export function acquireInstanceGuard(file: string): Promise<InstanceGuard> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => reject(platformError("ALREADY_RUNNING", { file }, cause)));
    server.listen(guardAddress(file), () => {
      server.unref();
      resolve({ release: () => close(server) });
    });
  });
}

/** A name that vanishes with its holder: Linux abstract socket, Windows pipe; elsewhere a loopback-style socket file. */
function guardAddress(file: string): string {
  const where = join(realpathSync(dirname(file)), basename(file));
  const name = `sealwatch-${createHash("sha256").update(where).digest("hex").slice(0, 32)}`;
  if (process.platform === "linux") return `\0${name}`;
  if (process.platform === "win32") return `\\\\.\\pipe\\${name}`;
  return join(tmpdir(), name);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
