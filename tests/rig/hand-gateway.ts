import { encodeHello, type JournalRecord, topicOf } from "@sealwatch/protocols";
import { connectAsync, type MqttClient } from "mqtt";
import type { CloudRig } from "./cloud-rig.ts";
import { JournalWriter } from "./journal-writer.ts";
import { GATEWAY } from "./site-files.ts";

/** A gateway worked by hand: a test decides what its journal says. */
export class HandGateway {
  readonly #client: MqttClient;
  readonly #journal: JournalWriter;

  private constructor(client: MqttClient, journal: JournalWriter) {
    this.#client = client;
    this.#journal = journal;
  }

  static async connect(rig: CloudRig, epoch: string): Promise<HandGateway> {
    const options = { clientId: GATEWAY, reconnectPeriod: 0, clean: true };
    const client = await connectAsync(`mqtt://127.0.0.1:${rig.mqttPort}`, options);
    const held = { epoch, parent: null, oldestSeq: 1, newestSeq: 0 };
    const hello = Buffer.from(encodeHello({ epochs: [held], software: "by hand" }));
    await client.publishAsync(topicOf(GATEWAY, "hello"), hello, { qos: 1 });
    return new HandGateway(client, new JournalWriter(GATEWAY, rig.signer, epoch));
  }

  /** Seals and sends; resolves once the cloud has committed (it holds its PUBACK back until then). */
  async send(records: readonly JournalRecord[]): Promise<void> {
    const { bytes } = this.#journal.next(records);
    await this.#client.publishAsync(topicOf(GATEWAY, "segment"), Buffer.from(bytes), { qos: 1 });
  }

  close(): Promise<void> {
    return this.#client.endAsync(true);
  }
}
