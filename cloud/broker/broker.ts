import { createServer, type Server, type Socket } from "node:net";
import type { Logger, RefusalCounter } from "@sealwatch/platform";
import { parseDownTopic, parseUpTopic, SEGMENT_MAX_BYTES, topicOf, type UpTopic } from "@sealwatch/protocols";
import { Aedes, type AuthenticateError, type Client } from "aedes";
import { listen } from "../config/listen.ts";
import { packetLengthGuard } from "./packet-length-guard.ts";

/** Topic, packet id and framing around the largest segment. */
const PACKET_MAX_BYTES = SEGMENT_MAX_BYTES + 1024;
const CONNECTIONS_MAX = 4_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Longer silences than the contract's keep-alive of 300 s are not offered. */
const KEEPALIVE_MAX_S = 300;
const IDENTIFIER_REJECTED = 2;

/** What the broker hands on. The publish waits for `onMessage`; when it rejects there is no PUBACK and the connection ends. */
export interface BrokerEvents {
  isKnownGateway(gateway: string): boolean;
  onMessage(gateway: string, leaf: UpTopic, payload: Uint8Array): Promise<void>;
  onConnection(gateway: string, connected: boolean): void;
}

export interface Broker {
  readonly port: number;
  /** Sends to a gateway, at least once while it is connected. */
  send(gateway: string, leaf: "ack" | "config" | "command", payload: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Starts the embedded MQTT 3.1.1 broker. A gateway may use its own topics only. Throws PORT_IN_USE. */
export async function startBroker(
  address: { host: string; port: number },
  events: BrokerEvents,
  refusals: RefusalCounter,
  log: Logger,
): Promise<Broker> {
  const aedes = await Aedes.createBroker({
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepaliveLimit: KEEPALIVE_MAX_S,
    maxClientsIdLength: 64,
    maxTopicLevels: 8,
    preConnect: (client, packet, done) => {
      // A kept session would make the broker queue for somebody who may never come back.
      if (packet.clean) return done(null, true);
      refusals.refuse("kept-session", remoteOf(client));
      return done(new Error("connect with a clean session"), false);
    },
    authenticate: (client, _username, _password, done) => {
      if (events.isKnownGateway(client.id)) return done(null, true);
      refusals.refuse("unknown-gateway", shorten(client.id));
      const error = Object.assign(new Error("unknown gateway"), { returnCode: IDENTIFIER_REJECTED });
      return done(error as AuthenticateError, false);
    },
    authorizePublish: (client, packet, done) => {
      // A null client is this process publishing an ack.
      if (!client) return done();
      const topic = parseUpTopic(packet.topic);
      if (topic?.gateway !== client.id || (packet.retain && topic.leaf !== "status")) {
        refusals.refuse("foreign-topic", client.id, { topic: shorten(packet.topic) });
        return done(new Error("a gateway publishes to its own topics only"));
      }
      const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
      return void events.onMessage(client.id, topic.leaf, payload).then(() => done(), done);
    },
    authorizeSubscribe: (client, subscription, done) => {
      const topic = parseDownTopic(subscription.topic);
      if (topic?.gateway === client.id) return done(null, subscription);
      refusals.refuse("foreign-subscription", client.id, { topic: shorten(subscription.topic) });
      return done(null, null);
    },
  });
  aedes.on("clientReady", (client) => events.onConnection(client.id, true));
  aedes.on("clientDisconnect", (client) => events.onConnection(client.id, false));
  aedes.on("clientError", (client, error) =>
    log.info({ gateway: client.id, err: error.message }, "client error"),
  );
  aedes.on("connectionError", (client: Client, error: Error) => {
    refusals.refuse("bad-connection", remoteOf(client), { why: error.message });
  });

  const server = createServer((socket) => {
    guardPacketLengths(socket, refusals);
    aedes.handle(socket);
  });
  server.maxConnections = CONNECTIONS_MAX;
  const port = await listen(server, address, "mqtt");
  return {
    port,
    send: (gateway, leaf, payload) => publish(aedes, topicOf(gateway, leaf), payload),
    close: () => closeBroker(aedes, server),
  };
}

/** The parser pulls bytes by `read`: the one place every byte passes before it is buffered. */
function guardPacketLengths(socket: Socket, refusals: RefusalCounter): void {
  const withinBound = packetLengthGuard(PACKET_MAX_BYTES);
  const read = socket.read.bind(socket);
  socket.read = (size?: number) => {
    const chunk: unknown = read(size);
    if (chunk instanceof Uint8Array && !withinBound(chunk)) {
      refusals.refuse("oversized-packet", socket.remoteAddress ?? "unknown");
      socket.destroy();
      return null;
    }
    return chunk;
  };
}

function publish(aedes: Aedes, topic: string, payload: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    aedes.publish(
      { cmd: "publish", topic, payload: Buffer.from(payload), qos: 1, dup: false, retain: false },
      (error) => (error ? reject(error) : resolve()),
    );
  });
}

function closeBroker(aedes: Aedes, server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close();
    aedes.close(() => resolve());
  });
}

function remoteOf(client: Client): string {
  return (client.conn as Socket).remoteAddress ?? "unknown";
}

function shorten(text: string): string {
  return text.slice(0, 80);
}
