import type { Socket } from "node:net";
import { type Clock, type RefusalCounter, sleepMs } from "@sealwatch/platform";
import { encodeMbap, splitMbap } from "@sealwatch/protocols";
import type { Reply } from "../devices/device.ts";
import { serveTcp, type TcpServer } from "./tcp-server.ts";

/** Answers waiting for a client that does not read them; past it the client is cut off. */
const UNREAD_MAX_BYTES = 65_536;
const NO_BYTES: Uint8Array = new Uint8Array();

/** What the line answers to a request PDU; null: nothing at all, as when no such unit hangs on it. */
type ModbusAnswer = (unit: number, pdu: Uint8Array) => Reply<Uint8Array> | null;

/** What serving Modbus TCP takes. */
export interface ModbusTcpOptions {
  readonly host: string;
  readonly port: number;
  readonly answer: ModbusAnswer;
  readonly refusals: RefusalCounter;
  readonly clock: Clock;
}

/**
 * Serves Modbus TCP: one port for every unit of the line behind it, as a serial server does. Requests of one connection are answered
 * in order, but for late answers. Throws PORT_IN_USE or LISTEN_FAILED.
 */
export function serveModbusTcp(options: ModbusTcpOptions): Promise<TcpServer> {
  return serveTcp(options.host, options.port, options.refusals, (socket) => serveConnection(socket, options));
}

function serveConnection(socket: Socket, { answer, refusals, clock }: ModbusTcpOptions): void {
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
      const reply = answer(unit, pdu);
      if (!reply || isBroken(reply)) continue;
      const bytes = encodeMbap({ transactionId, unit, pdu: reply.answer });
      if (reply.lateMs === 0) answers.push(bytes);
      else void sleepMs(clock, reply.lateMs).then(() => socket.writable && socket.write(bytes));
    }
    const [first] = answers;
    if (first) socket.write(answers.length === 1 ? first : Buffer.concat(answers));
    if (split.fault !== null) return refuse(`not Modbus TCP: ${split.fault}`);
    if (socket.writableLength > UNREAD_MAX_BYTES) return refuse("answers left unread");
    // A copy: the view would keep the whole chunk alive.
    rest = split.rest.length > 0 ? split.rest.slice() : NO_BYTES;
  });
}

/** A serial server passes no frame on that arrives broken from its line. */
function isBroken({ damage }: Reply<Uint8Array>): boolean {
  return damage.badChecksum || damage.clash || damage.droppedBytes > 0;
}
