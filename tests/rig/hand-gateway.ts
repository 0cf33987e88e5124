import {
  type Ack,
  decodeAck,
  encodeHello,
  encodeNotice,
  type HeldEpoch,
  type JournalRecord,
  type Notice,
  topicOf,
  type UpTopic,
} from "@sealwatch/protocols";
import { connectAsync, type MqttClient } from "mqtt";
import type { CloudRig } from "./cloud-rig.ts";
import { JournalWriter } from "./journal-writer.ts";
import { GATEWAY } from "./site-files.ts";

/** A gateway worked by hand: a test decides what its journal says. */
export class HandGateway {
  /** What the cloud acknowledged, oldest first. */
  readonly acks: Ack[] = [];
  readonly journal: JournalWriter;
  readonly #client: MqttClient;
  readonly #rig: CloudRig;
  #onAck: (() => void) | undefined;

  private constructor(client: MqttClient, rig: CloudRig, epoch: string) {
    this.#client = client;
    this.#rig = rig;
    this.journal = new JournalWriter(GATEWAY, rig.signer, epoch);
    client.on("message", (_topic, payload) => {
      this.acks.push(decodeAck(payload));
      this.#onAck?.();
    });
  }

  static async connect(rig: CloudRig, epoch: string, held: Partial<HeldEpoch> = {}): Promise<HandGateway> {
    const options = { clientId: GATEWAY, reconnectPeriod: 0, clean: true };
    const client = await connectAsync(`mqtt://127.0.0.1:${rig.mqttPort}`, options);
    const gateway = new HandGateway(client, rig, epoch);
    await client.subscribeAsync(topicOf(GATEWAY, "ack"), { qos: 1 });
    const epochs = [{ epoch, parent: null, oldestSeq: 1, newestSeq: 0, ...held }];
    await gateway.publish("hello", encodeHello({ epochs, software: "by hand" }));
    return gateway;
  }

  /** Seals and sends; resolves once the cloud has committed (it holds its PUBACK back until then). */
  async send(records: readonly JournalRecord[]): Promise<void> {
    await this.publish("segment", this.journal.next(records).bytes);
  }

  /** Sends an early copy of an event of this epoch. */
  async notice(notice: Omit<Notice, "gateway" | "epoch">): Promise<void> {
    const whole = { ...notice, gateway: GATEWAY, epoch: this.journal.head.epoch };
    await this.publish("notice", encodeNotice(whole, this.#rig.signer));
  }

  async publish(leaf: UpTopic, bytes: Uint8Array): Promise<void> {
    await this.#client.publishAsync(topicOf(GATEWAY, leaf), Buffer.from(bytes), { qos: 1 });
  }

  /** Resolves with the first ack, heard or still to come, that meets a condition. */
  async acked(meets: (ack: Ack) => boolean): Promise<Ack> {
    for (;;) {
      const found = this.acks.find(meets);
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.#onAck = resolve;
      });
    }
  }

  close(): Promise<void> {
    return this.#client.endAsync(true);
  }
}
