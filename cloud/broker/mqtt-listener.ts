import { constants } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import type { RefusalCounter } from "@sealwatch/platform";
import { listen } from "../config/listen.ts";
import { addressOf, type ConnectionGate } from "../gate/connection-gate.ts";
import type { ServerCertificate } from "../identity/server-certificate.ts";

/** Gateways of a county and then some; each costs 84 kB. */
const CONNECTIONS_MAX = 4_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** A port that gateways dial. */
export interface MqttAddress {
  readonly host: string;
  readonly port: number;
  /** Mutual TLS with certificates of this CA; absent: plain, which the configuration allows on loopback only. */
  readonly tls?: ServerCertificate & { readonly ca: string };
}

/** A port that is listened on. */
export interface MqttListener {
  readonly port: number;
  close(): void;
}

/** Listens and hands on each connection; with TLS only one whose certificate our CA has issued. Throws PORT_IN_USE. */
export async function listenForMqtt(
  { host, port, tls }: MqttAddress,
  gate: ConnectionGate,
  refusals: RefusalCounter,
  onConnection: (socket: Socket) => void,
): Promise<MqttListener> {
  const server = tls ? tlsServer(tls, gate, refusals, onConnection) : createServer(onConnection);
  server.prependListener("connection", (socket: Socket) => gate.enter(socket));
  server.maxConnections = CONNECTIONS_MAX;
  const bound = await listen(server, { host, port }, tls ? "mqtts" : "mqtt");
  return { port: bound, close: () => server.close() };
}

function tlsServer(
  { key, certificate, ca }: NonNullable<MqttAddress["tls"]>,
  gate: ConnectionGate,
  refusals: RefusalCounter,
  onConnection: (socket: Socket) => void,
): Server {
  const server = createTlsServer({
    key,
    cert: certificate,
    ca: [ca],
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: "TLSv1.3",
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    // No session is resumed: the certificate is looked at on every connection.
    secureOptions: constants.SSL_OP_NO_TICKET,
  });
  server.on("secureConnection", onConnection);
  server.on("tlsClientError", (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    const below = belowOf(socket);
    if (gate.wasCut(below)) return;
    const why = String(socket.authorizationError ?? error.code ?? error.message);
    refusals.refuse(handshakeRefusal(why), addressOf(below), { why });
    socket.destroy();
  });
  return server;
}

/** A TLS socket that is closed has forgotten its address; the socket below it, which the gate asked for it, has not. */
function belowOf(socket: TLSSocket): Pick<Socket, "remoteAddress"> {
  return (socket as { readonly _parent?: Socket })._parent ?? socket;
}

/** What a failed handshake is counted as. */
function handshakeRefusal(why: string): string {
  if (/PEER_DID_NOT_RETURN_A_CERTIFICATE/.test(why)) return "certificate-missing";
  if (/EXPIRED/.test(why)) return "certificate-expired";
  if (/CERT|ISSUER|SIGNATURE/.test(why)) return "certificate-refused";
  return "tls-handshake";
}
