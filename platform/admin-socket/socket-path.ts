import { join } from "node:path";
import { platformError } from "../platform-errors.ts";

/** Bytes of a Unix socket's path on Linux, without the NUL that ends it: sun_path, unix(7). */
const SOCKET_PATH_MAX_BYTES = 107;

/** Where the process of this data folder listens. Throws ADMIN_SOCKET_UNUSABLE where the system could not bind it. */
export function adminSocketPath(dataDir: string): string {
  const socket = join(dataDir, "admin.sock");
  const bytes = Buffer.byteLength(socket);
  if (bytes > SOCKET_PATH_MAX_BYTES) {
    const why = `its path has ${bytes} bytes, at most ${SOCKET_PATH_MAX_BYTES} are possible: choose a shorter dataDir`;
    throw platformError("ADMIN_SOCKET_UNUSABLE", { socket, why });
  }
  return socket;
}
