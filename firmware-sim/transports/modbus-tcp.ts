import { createServer, type Socket } from "node:net";
import type { RefusalCounter } from "@sealwatch/platform";
import { encodeMbap, splitMbap } from "@sealwatch/protocols";
import { listen } from "./listen.ts";

const CONNECTIONS_MAX = 32;
/** Answers waiting for a client that does not read them; past it the client is cut off. */
const UNREAD_MAX_BYTES = 65_536;
const NO_BYTES: Uint8Array = new Uint8Array();

/** One port that serves every unit of the line behind it, as a serial server does. */
export interface ModbusTcpServer {
  readonly port: number;
  connections(): number;
  close(): Promise<void>;
}

/** What the line answers to a request PDU; null: nothing at all, as when no such unit hangs on it. */
export type Answer = (unit: number, pdu: Uint8Array) => Uint8Array | null;

/** Serves Modbus TCP. Requests of one connection are answered in order. Throws PORT_IN_USE or LISTEN_FAILED. */
export async function serveModbusTcp(
  host: string,
  port: number,
  answer: Answer,
  refusals: RefusalCounter,
): Promise<ModbusTcpServer> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serveConnection(socket, answer, refusals);
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

function serveConnection(socket: Socket, answer: Answer, refusals: RefusalCounter): void {
  const source = socket.remoteAddress ?? "unknown";
  let rest = NO_BYTES;
  const refuse = (reason: string) => {
    refusals.refuse(reason, source);
    socket.destroy();
  };
  socket.on("error", (error: NodeJS.ErrnoException) => refuse(`connection lost: ${error.code ?? "unknown"}`));
  socket.on("data", (chunk) => {
    const split = splitMbap(rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk);
    const answers: Uint8Array[] = [];
    for (const { transactionId, unit, pdu } of split.frames) {
      const response = answer(unit, pdu);
      if (response) answers.push(encodeMbap({ transactionId, unit, pdu: response }));
    }
    const [first] = answers;
    if (first) socket.write(answers.length === 1 ? first : Buffer.concat(answers));
    if (split.fault !== null) return refuse(`not Modbus TCP: ${split.fault}`);
    if (socket.writableLength > UNREAD_MAX_BYTES) return refuse("answers left unread");
    // A copy: the view would keep the whole chunk alive.
    rest = split.rest.length > 0 ? split.rest.slice() : NO_BYTES;
  });
}
