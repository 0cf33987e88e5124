import type { Socket } from "node:net";
import { Line, type LineOptions } from "./line.ts";
import { serveTcp, type TcpServer } from "./tcp-server.ts";

/** What every connection's line has in common. */
export type SharedLineOptions = Omit<LineOptions, "send" | "peerBaud" | "holdsBack">;

/** Serves a transparent serial server: the line's bytes, unframed, over TCP. Throws PORT_IN_USE or LISTEN_FAILED. */
export function serveLineTcp(host: string, port: number, shared: SharedLineOptions): Promise<TcpServer> {
  return serveTcp(host, port, shared.refusals, (socket) => serveConnection(socket, shared));
}

function serveConnection(socket: Socket, shared: SharedLineOptions): void {
  const line = new Line({
    ...shared,
    send: (bytes) => socket.writable && socket.write(bytes),
    peerBaud: async () => null,
    holdsBack: true,
  });
  socket.on("data", (chunk) => line.receive(chunk));
  socket.on("close", () => line.close());
  socket.on("error", (error: NodeJS.ErrnoException) =>
    shared.refusals.refuse(`connection lost: ${error.code ?? "unknown"}`, socket.remoteAddress ?? "unknown"),
  );
}
