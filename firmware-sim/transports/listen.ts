import type { AddressInfo, Server } from "node:net";
import { simulatorError } from "../errors.ts";

/** Listens on `host` and `port` (0 picks a free one) and gives the port. Throws PORT_IN_USE or LISTEN_FAILED. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code ?? cause.message;
      reject(
        why === "EADDRINUSE"
          ? simulatorError("PORT_IN_USE", { host, port }, cause)
          : simulatorError("LISTEN_FAILED", { host, port, why }, cause),
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
