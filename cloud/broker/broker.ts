import type { Socket } from "node:net";
import { type Clock, type Logger, messageOf, type RefusalCounter } from "@sealwatch/platform";
import {
  decodeStatus,
  parseDownTopic,
  parseUpTopic,
  SEGMENT_MAX_BYTES,
  topicOf,
  type UpTopic,
} from "@sealwatch/protocols";
import { Aedes, type AuthenticateError, type Client, type PublishPacket } from "aedes";
import { addressOf, ConnectionGate } from "../gate/connection-gate.ts";
import { Pacer } from "../gate/pacer.ts";
import type { AdmissionRefusal, PeerCertificate } from "../identity/gateway-admission.ts";
import { listenForMqtt, type MqttAddress, type MqttListener } from "./mqtt-listener.ts";
import { packetLengthGuard } from "./packet-length-guard.ts";
import { peerCertificateOf } from "./peer-certificate.ts";

/** Topic, packet id and framing around the largest segment. */
const PACKET_MAX_BYTES = SEGMENT_MAX_BYTES + 1024;
const CONNECT_TIMEOUT_MS = 10_000;
/** Longer silences than the contract's keep-alive of 300 s are not offered: at 1.5 times that the connection ends. */
const KEEPALIVE_MAX_S = 300;
/** Connections that have not shown yet who they are. Many gateways may share one address of a mobile network. */
const STRANGERS = { perAddressMax: 64, totalMax: 1_024 };
/** A month's backlog drains at 144 messages a second; what comes faster than this is slowed down. */
const PUBLISH_RATE = { burst: 4_000, perSecond: 1_000, keysMax: 10_000 };
const IDENTIFIER_REJECTED = 2;
const NOT_AUTHORIZED = 5;

/** What the broker hands on. The publish waits for `onMessage`; when it rejects there is no PUBACK and the connection ends. */
export interface BrokerEvents {
  /** Why a gateway is not let in under its client id, or null. `peer` null: it came over plain MQTT. */
  refuses(gateway: string, peer: PeerCertificate | null): Promise<AdmissionRefusal | null>;
  onMessage(gateway: string, leaf: UpTopic, payload: Uint8Array): Promise<void>;
  onConnection(gateway: string, connected: boolean): void;
}

export interface BrokerParts {
  readonly events: BrokerEvents;
  readonly refusals: RefusalCounter;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Broker {
  /** The ports, in the order of the addresses. */
  readonly ports: readonly number[];
  /** Sends to a gateway, at least once while it is connected. */
  send(gateway: string, leaf: "ack" | "config" | "command", payload: Uint8Array): Promise<void>;
  /** Ends a gateway's connection at once. */
  disconnect(gateway: string): void;
  close(): Promise<void>;
}

/** Starts the embedded MQTT 3.1.1 broker. A gateway may use its own topics only. Throws PORT_IN_USE. */
export async function startBroker(addresses: readonly MqttAddress[], parts: BrokerParts): Promise<Broker> {
  const { events, refusals } = parts;
  const stopping = new AbortController();
  const gate = new ConnectionGate(STRANGERS, (source) => refusals.refuse("crowded-address", source));
  const aedes = await Aedes.createBroker({
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepaliveLimit: KEEPALIVE_MAX_S,
    maxClientsIdLength: 64,
    maxTopicLevels: 8,
    preConnect: (client, packet, done) => {
      const { clean, keepalive = 0 } = packet;
      // A kept session would make the broker queue for somebody who may never come back.
      if (!clean) {
        refusals.refuse("kept-session", remoteOf(client));
        return done(new Error("connect with a clean session"), false);
      }
      // Aedes refuses these itself, in a CONNACK.
      if (keepalive === 0 || keepalive > KEEPALIVE_MAX_S) refusals.refuse("long-keepalive", remoteOf(client));
      return done(null, true);
    },
    authenticate: (client, _username, _password, done) => {
      void admit(client, events, refusals).then((refusal) => {
        if (refusal === null) return done(null, true);
        const returnCode = refusal === "unknown-gateway" ? IDENTIFIER_REJECTED : NOT_AUTHORIZED;
        return done(Object.assign(new Error(refusal), { returnCode }) as AuthenticateError, false);
      });
    },
    authorizePublish: publishAuthorizer(parts, stopping.signal),
    authorizeSubscribe: (client, subscription, done) => {
      const topic = parseDownTopic(subscription.topic);
      if (topic?.gateway === client.id) return done(null, subscription);
      refusals.refuse("foreign-subscription", client.id, { topic: shorten(subscription.topic) });
      return done(null, null);
    },
  });
  watchClients(aedes, gate, parts);
  const listeners: MqttListener[] = [];
  const close = async () => {
    stopping.abort();
    await closeBroker(aedes, listeners);
  };
  try {
    for (const address of addresses) {
      listeners.push(
        await listenForMqtt(address, gate, refusals, (socket) => {
          guardPacketLengths(socket, refusals);
          aedes.handle(socket);
        }),
      );
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ports: listeners.map(({ port }) => port),
    send: (gateway, leaf, payload) => publish(aedes, topicOf(gateway, leaf), payload),
    disconnect: (gateway) => clientOf(aedes, gateway)?.close(),
    close,
  };
}

/** Whether a client may be who it says; a failure of ours keeps it out as well. */
async function admit(
  client: Client,
  events: BrokerEvents,
  refusals: RefusalCounter,
): Promise<AdmissionRefusal | "unavailable" | null> {
  const peer = peerCertificateOf(client.conn as Socket);
  try {
    const refusal = await events.refuses(client.id, peer);
    if (refusal) refusals.refuse(refusal, shorten(peer?.name || client.id), { clientId: shorten(client.id) });
    return refusal;
  } catch (error) {
    refusals.refuse("admission-failed", shorten(client.id), { why: messageOf(error) });
    return "unavailable";
  }
}

function publishAuthorizer({ events, refusals, clock }: BrokerParts, stopping: AbortSignal) {
  const pacer = new Pacer(PUBLISH_RATE, clock, stopping);
  const problemOf = (client: Client, packet: PublishPacket): string | null => {
    const topic = parseUpTopic(packet.topic);
    if (topic?.gateway !== client.id) return "foreign-topic";
    if (packet.qos === 2) return "qos-2";
    if (topic.leaf === "status") return isStatus(bytesOf(packet)) ? null : "bad-status";
    return packet.retain ? "foreign-retained" : null;
  };
  const handOn = async (client: Client, packet: PublishPacket): Promise<void> => {
    const turn = pacer.pace(client.id);
    if (turn) {
      refusals.refuse("fast-publisher", client.id);
      await turn;
    }
    const topic = parseUpTopic(packet.topic);
    if (topic) await events.onMessage(client.id, topic.leaf, bytesOf(packet));
  };
  const decide = async (client: Client, packet: PublishPacket): Promise<void> => {
    const problem = problemOf(client, packet);
    if (problem === null) return handOn(client, packet);
    refusals.refuse(problem, client.id, { topic: shorten(packet.topic) });
    throw new Error("a gateway publishes to its own topics only, and retains its status only");
  };
  return (client: Client | null, packet: PublishPacket, done: (error?: Error | null) => void): void => {
    // A null client is this process publishing an ack.
    if (client) void decide(client, packet).then(() => done(), done);
    else done();
  };
}

function watchClients(aedes: Aedes, gate: ConnectionGate, { events, refusals, log }: BrokerParts): void {
  aedes.on("clientReady", (client) => {
    gate.settle(client.conn as Socket);
    events.onConnection(client.id, true);
  });
  aedes.on("clientDisconnect", (client) => events.onConnection(client.id, false));
  aedes.on("clientError", (client, error) =>
    log.info({ gateway: client.id, err: error.message }, "client error"),
  );
  aedes.on("connectionError", (client: Client, error: Error) => {
    refusals.refuse("bad-connection", remoteOf(client), { why: error.message });
  });
}

/** The parser pulls bytes by `read`: the one place every byte passes before it is buffered. */
function guardPacketLengths(socket: Socket, refusals: RefusalCounter): void {
  const withinBound = packetLengthGuard(PACKET_MAX_BYTES);
  const read = socket.read.bind(socket);
  socket.read = (size?: number) => {
    const chunk: unknown = read(size);
    if (chunk instanceof Uint8Array && !withinBound(chunk)) {
      refusals.refuse("oversized-packet", addressOf(socket));
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

function closeBroker(aedes: Aedes, listeners: readonly MqttListener[]): Promise<void> {
  return new Promise((resolve) => {
    for (const listener of listeners) listener.close();
    aedes.close(() => resolve());
  });
}

/** Aedes keeps its clients by id; its types do not say so. */
function clientOf(aedes: Aedes, gateway: string): Client | undefined {
  return (aedes as unknown as { clients: Readonly<Record<string, Client | undefined>> }).clients[gateway];
}

function isStatus(payload: Uint8Array): boolean {
  try {
    return Boolean(decodeStatus(payload));
  } catch {
    return false;
  }
}

function bytesOf({ payload }: PublishPacket): Uint8Array {
  return typeof payload === "string" ? Buffer.from(payload) : payload;
}

function remoteOf(client: Client): string {
  return addressOf(client.conn as Socket);
}

function shorten(text: string): string {
  return text.slice(0, 80);
}
