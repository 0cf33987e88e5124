import { createHash } from "node:crypto";
import { realpathSync, rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
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
export async function acquireInstanceGuard(
  file: string,
  address = guardAddress(file),
): Promise<InstanceGuard> {
  const server = createServer((socket) => socket.destroy());
  try {
    await listen(server, address);
  } catch (cause) {
    // A socket file outlives a killed holder; it is in use only if somebody answers there.
    if (!address.startsWith("/") || (await answers(address)))
      throw platformError("ALREADY_RUNNING", { file }, cause);
    rmSync(address, { force: true });
    await listen(server, address).catch((again) => {
      throw platformError("ALREADY_RUNNING", { file }, again);
    });
  }
  server.unref();
  return { release: () => close(server) };
}

function listen(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const tell = (alive: boolean) => () => {
      socket.destroy();
      resolve(alive);
    };
    socket.once("connect", tell(true));
    socket.once("error", tell(false));
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
