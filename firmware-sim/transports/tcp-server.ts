import { createServer, type Socket } from "node:net";
import type { RefusalCounter } from "@sealwatch/platform";
import { listen } from "./listen.ts";

const CONNECTIONS_MAX = 32;

/** A listening TCP port. */
export interface TcpServer {
  readonly port: number;
  connections(): number;
  close(): Promise<void>;
}

/** Serves each connection with `serve`, up to 32 at once. Throws PORT_IN_USE or LISTEN_FAILED. */
export async function serveTcp(
  host: string,
  port: number,
  refusals: RefusalCounter,
  serve: (socket: Socket) => void,
): Promise<TcpServer> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serve(socket);
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.on("drop", (dropped) =>
    refusals.refuse("too many connections", dropped?.remoteAddress ?? "unknown"),
  );
  const boundPort = await listen(server, host, port);
  return {
    port: boundPort,
    connections: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
