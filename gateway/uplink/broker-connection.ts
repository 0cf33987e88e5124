import type { Socket } from "node:net";
import { encodeStatus, topicOf, type UpTopic } from "@sealwatch/protocols";
import { MqttClient } from "mqtt";
import { type BrokerTarget, dial } from "./broker-target.ts";
import { type CloseReason, closeReason } from "./close-reason.ts";

/**
 * The longest that the contract allows: a broker waits half as long again, so that silence shows in seven and a half minutes, and a
 * site that sends a segment every five minutes never pays for a ping.
 */
const KEEPALIVE_S = 300;
/** A handshake over a slow mobile link, with certificates, takes several round trips. */
const CONNECT_TIMEOUT_MS = 30_000;
/** What a broker grants instead of a QoS when it refuses. */
const SUBSCRIPTION_REFUSED = 128;

/** What a connection tells its owner. */
export interface ConnectionListener {
  onReady(connection: BrokerConnection): void;
  onMessage(topic: string, payload: Uint8Array): void;
  onClosed(reason: CloseReason): void;
}

/** One MQTT connection, used once: it never reconnects by itself and never queues while it is down. */
export class BrokerConnection {
  readonly #client: MqttClient;
  readonly #gateway: string;
  #socket: Socket | null = null;
  #closed = false;

  constructor(target: BrokerTarget, gateway: string, listener: ConnectionListener) {
    this.#gateway = gateway;
    let failure: Error | null = null;
    let answered = false;
    // The first failure is the cause; MQTT.js hides what TLS says after its handshake.
    const note = (error: Error) => {
      failure ??= error;
    };
    const build = () => {
      const socket = dial(target);
      socket.on("error", note);
      this.#socket = socket;
      return socket;
    };
    const client = new MqttClient(build, {
      clientId: gateway,
      clean: true,
      protocolVersion: 4,
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectPeriod: 0,
      queueQoSZero: false,
      resubscribe: false,
      will: {
        topic: topicOf(gateway, "status"),
        payload: toBuffer(encodeStatus("offline")),
        qos: 1,
        retain: true,
      },
    });
    this.#client = client;
    client.on("error", note);
    client.on("message", (topic, payload) => listener.onMessage(topic, payload));
    client.on("close", () => {
      if (this.#closed) return;
      this.#closed = true;
      client.end(true);
      listener.onClosed(closeReason(failure, answered || target.tls === null));
    });
    client.on("connect", () => {
      answered = true;
      this.#publish("status", encodeStatus("online"), true);
      const topics = (["ack", "config", "command"] as const).map((leaf) => topicOf(gateway, leaf));
      client.subscribe(topics, { qos: 1 }, (error, granted) => {
        if (this.#closed) return;
        if (error || granted?.some(({ qos }) => qos === SUBSCRIPTION_REFUSED)) client.end(true);
        else listener.onReady(this);
      });
    });
  }

  /** Sends at least once while connected; what a lost connection swallows is sent again from the acknowledged head. */
  publish(leaf: "hello" | "segment" | "notice", payload: Uint8Array): void {
    this.#publish(leaf, payload, false);
  }

  /** Says again, retained, that this gateway is there. */
  publishOnline(): void {
    this.#publish("status", encodeStatus("online"), true);
  }

  /** Cuts the connection; `onClosed` follows. */
  abandon(): void {
    this.#client.end(true);
    // A client that is saying goodbye already does not listen any more.
    this.#socket?.destroy();
  }

  /** Says goodbye: retained offline, then a clean end. */
  async leave(): Promise<void> {
    if (this.#closed) return;
    this.#publish("status", encodeStatus("offline"), true);
    await new Promise<void>((resolve) => this.#client.end(false, {}, () => resolve()));
  }

  #publish(leaf: UpTopic, payload: Uint8Array, retain: boolean): void {
    if (!this.#client.connected) return;
    this.#client.publish(topicOf(this.#gateway, leaf), toBuffer(payload), { qos: 1, retain });
  }
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
