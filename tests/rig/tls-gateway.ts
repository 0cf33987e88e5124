import { encodeHello, type JournalRecord, topicOf, type UpTopic } from "@sealwatch/protocols";
import { connect, type IClientOptions, type MqttClient } from "mqtt";
import type { CountyRig } from "./county-rig.ts";
import type { RigCredentials } from "./credentials.ts";
import { JournalWriter } from "./journal-writer.ts";

/** Where gateways are let in. */
type GatewayDoor = { readonly ports: Pick<CountyRig["ports"], "mqttsPort">; readonly ca: string };
type Papers = Pick<RigCredentials, "key" | "certificate" | "gateway">;

/** Dials the county's broker over mutual TLS. Rejects when it is not let in, said so or hung up on. */
export function dialTls(
  county: GatewayDoor,
  { key, certificate, gateway }: Papers,
  options: Partial<IClientOptions> = {},
): Promise<MqttClient> {
  const client = connect({
    protocol: "mqtts",
    host: "127.0.0.1",
    port: county.ports.mqttsPort,
    clientId: gateway,
    clean: true,
    reconnectPeriod: 0,
    keepalive: 60,
    ca: county.ca,
    key,
    cert: certificate,
    ...options,
  });
  return new Promise((resolve, reject) => {
    let why = new Error("hung up on");
    client.on("error", (error) => {
      why = error;
    });
    client.once("close", () => {
      client.end(true);
      reject(why);
    });
    client.once("connect", () => resolve(client));
  });
}

/** Resolves once the connection has ended. */
export function closed(client: MqttClient): Promise<void> {
  return new Promise((resolve) => client.once("close", () => resolve()));
}

/** An enrolled gateway worked by hand. */
export class TlsGateway {
  readonly client: MqttClient;
  readonly credentials: RigCredentials;
  readonly #journal: JournalWriter;
  sent = 0;

  private constructor(client: MqttClient, credentials: RigCredentials, journal: JournalWriter) {
    this.client = client;
    this.credentials = credentials;
    this.#journal = journal;
  }

  static async connect(
    county: GatewayDoor,
    credentials: RigCredentials,
    options: Partial<IClientOptions> = {},
  ): Promise<TlsGateway> {
    const client = await dialTls(county, credentials, options);
    const epoch = "00000000000000e1";
    const gateway = new TlsGateway(
      client,
      credentials,
      new JournalWriter(credentials.gateway, credentials.signer, epoch),
    );
    const held = { epoch, parent: null, oldestSeq: 1, newestSeq: 0 };
    await gateway.publish("hello", encodeHello({ epochs: [held], software: "by hand" }));
    return gateway;
  }

  /** Seals and sends one segment; resolves once the cloud has committed it. */
  async beat(records: readonly JournalRecord[] = []): Promise<void> {
    await this.publish("segment", this.#journal.next(records).bytes);
    this.sent++;
  }

  async publish(leaf: UpTopic, payload: Uint8Array): Promise<void> {
    await this.client.publishAsync(topicOf(this.credentials.gateway, leaf), Buffer.from(payload), { qos: 1 });
  }

  close(): Promise<void> {
    return this.client.endAsync(true);
  }
}
