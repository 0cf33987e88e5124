import { encodeStatus, topicOf } from "@sealwatch/protocols";
import { connect, type MqttClient } from "mqtt";

/** Far below the 300 s that the contract allows, so that a dead mobile link shows within two minutes. */
const KEEPALIVE_S = 60;
const CONNECT_TIMEOUT_MS = 10_000;

/** What a connection tells its owner. */
export interface ConnectionListener {
  onReady(connection: BrokerConnection): void;
  onMessage(topic: string, payload: Uint8Array): void;
  onClosed(why: string): void;
}

/** One MQTT connection, used once: it never reconnects by itself and never queues while it is down. */
export class BrokerConnection {
  readonly #client: MqttClient;
  readonly #gateway: string;
  #closed = false;

  constructor(url: string, gateway: string, listener: ConnectionListener) {
    this.#gateway = gateway;
    const client = connect(url, {
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
    let why = "closed by the broker";
    client.on("error", (error) => {
      why = error.message || why;
    });
    client.on("message", (topic, payload) => listener.onMessage(topic, payload));
    client.on("close", () => {
      if (this.#closed) return;
      this.#closed = true;
      client.end(true);
      listener.onClosed(why);
    });
    client.on("connect", () => {
      this.#publish("status", encodeStatus("online"), true);
      client.subscribe(topicOf(gateway, "ack"), { qos: 1 }, (error, granted) => {
        if (this.#closed) return;
        if (error || granted?.some(({ qos }) => qos === 128)) client.end(true);
        else listener.onReady(this);
      });
    });
  }

  /** Sends at least once while connected; what a lost connection swallows is sent again from the acknowledged head. */
  publish(leaf: "hello" | "segment", payload: Uint8Array): void {
    this.#publish(leaf, payload, false);
  }

  /** Cuts the connection; `onClosed` follows. */
  abandon(): void {
    this.#client.end(true);
  }

  /** Says goodbye: retained offline, then a clean end. */
  async leave(): Promise<void> {
    if (this.#closed) return;
    this.#publish("status", encodeStatus("offline"), true);
    await new Promise<void>((resolve) => this.#client.end(false, {}, () => resolve()));
  }

  #publish(leaf: "hello" | "segment" | "status", payload: Uint8Array, retain: boolean): void {
    if (!this.#client.connected) return;
    this.#client.publish(topicOf(this.#gateway, leaf), toBuffer(payload), { qos: 1, retain });
  }
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
