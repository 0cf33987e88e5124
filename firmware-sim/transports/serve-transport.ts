import { type Clock, type Logger, type RefusalCounter, seededRandom } from "@sealwatch/platform";
import type { Simulation } from "../simulation.ts";
import { Line } from "./line.ts";
import type { LineSettings } from "./line-settings.ts";
import { lineStation } from "./line-station.ts";
import { type SharedLineOptions, serveLineTcp } from "./line-tcp.ts";
import { serveModbusTcp } from "./modbus-tcp.ts";
import { baudOf, openSerialPort } from "./serial-port.ts";
import type { Transport } from "./transport.ts";

/** A site that can be asked. */
export interface ServedTransport {
  /** The TCP port; null on a serial port. */
  readonly port: number | null;
  connections(): number;
  close(): Promise<void>;
}

/** What is served, and with which time and chance. */
export interface ServedSite {
  readonly simulation: Simulation;
  /** Simulated UTC in milliseconds. */
  readonly nowMs: () => number;
  readonly clock: Clock;
  readonly seed: number;
  readonly refusals: RefusalCounter;
  readonly log: Logger;
}

/** Serves a site. Throws PORT_IN_USE, LISTEN_FAILED or SERIAL_FAILED. */
export function serveTransport(transport: Transport, site: ServedSite): Promise<ServedTransport> {
  switch (transport.kind) {
    case "modbus-tcp": {
      const answer = (unit: number, pdu: Uint8Array) => site.simulation.modbus(unit, pdu, site.nowMs());
      return serveModbusTcp({ ...transport, answer, refusals: site.refusals, clock: site.clock });
    }
    case "line-tcp":
      return serveLineTcp(transport.host, transport.port, sharedLine(transport, site));
    case "serial":
      return serveSerial(transport, site);
  }
}

async function serveSerial(
  transport: Extract<Transport, { kind: "serial" }>,
  site: ServedSite,
): Promise<ServedTransport> {
  const { path, peerPath } = transport;
  const line: { current: Line | null } = { current: null };
  const port = await openSerialPort(
    path,
    transport,
    (chunk) => line.current?.receive(chunk),
    (why) => site.log.warn({ path, why }, `serial port ${path} lost: ${why}`),
  );
  line.current = new Line({
    ...sharedLine(transport, site),
    send: (bytes) => port.write(bytes),
    peerBaud: async () => (peerPath === null ? null : baudOf(peerPath)),
    holdsBack: false,
  });
  return {
    port: null,
    connections: () => 1,
    close: async () => {
      line.current?.close();
      await port.close();
    },
  };
}

function sharedLine(settings: LineSettings, site: ServedSite): SharedLineOptions {
  const { simulation, clock, seed, refusals, nowMs } = site;
  return {
    settings,
    station: lineStation(simulation, settings.baud, nowMs),
    simulation,
    clock,
    random: seededRandom(seed, "line noise"),
    refusals,
  };
}
