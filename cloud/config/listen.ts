import type { Server } from "node:net";
import { cloudError } from "../errors.ts";

/** Starts listening and returns the port. Throws PORT_IN_USE or PORT_UNAVAILABLE with what it was meant for. */
export function listen(
  server: Server,
  address: { host: string; port: number },
  what: string,
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, address, what)));
    server.listen(address.port, address.host, () => {
      const bound = server.address();
      resolve(bound !== null && typeof bound === "object" ? bound.port : address.port);
    });
  });
}

/** The error a person can act on. */
export function listenError(
  error: NodeJS.ErrnoException,
  address: { host: string; port: number },
  what: string,
) {
  if (error.code === "EADDRINUSE") return cloudError("PORT_IN_USE", { ...address, what }, error);
  return cloudError("PORT_UNAVAILABLE", { ...address, what, why: error.code ?? error.message }, error);
}
