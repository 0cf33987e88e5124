import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import {
  type Ack,
  decodeAck,
  ed25519Signer,
  encodeCanonical,
  encodeHello,
  topicOf,
} from "@sealwatch/protocols";
import { connectAsync, connect as connectMqtt, type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CloudRig, startCloudRig } from "./rig/cloud-rig.ts";
import { JournalWriter } from "./rig/journal-writer.ts";
import { GATEWAY } from "./rig/site-files.ts";

const EPOCH = "00000000000000aa";
let rig: CloudRig;
let gateway: MqttClient;
let journal: JournalWriter;
const acks: Ack[] = [];
let onAck: () => void = () => {};

beforeAll(async () => {
  rig = await startCloudRig();
  journal = new JournalWriter(GATEWAY, rig.signer, EPOCH);
  gateway = await dial(GATEWAY);
  gateway.on("message", (_topic, payload) => {
    acks.push(decodeAck(payload));
    onAck();
  });
  await gateway.subscribeAsync(topicOf(GATEWAY, "ack"), { qos: 1 });
  await publish("hello", encodeHello({ epochs: [held(EPOCH)], software: "test" }));
  await ackWhere((ack) => ack.reason === "hello");
});
afterAll(async () => {
  await gateway?.endAsync(true);
  await rig?.close();
});

const held = (epoch: string) => ({ epoch, parent: null, oldestSeq: 1, newestSeq: 0 });
const dial = (clientId: string) =>
  connectAsync(`mqtt://127.0.0.1:${rig.mqttPort}`, { clientId, reconnectPeriod: 0, clean: true });
const publish = (leaf: "segment" | "hello" | "notice", payload: Uint8Array) =>
  gateway.publishAsync(topicOf(GATEWAY, leaf), Buffer.from(payload), { qos: 1 });

/** Resolves with the first ack, received or still to come, that meets a condition. */
async function ackWhere(meets: (ack: Ack) => boolean): Promise<Ack> {
  for (;;) {
    const ack = acks.find(meets);
    if (ack) return ack;
    await new Promise<void>((resolve) => {
      onAck = resolve;
    });
  }
}

async function refusals(): Promise<Record<string, number>> {
  return (await fetch(`http://127.0.0.1:${rig.httpPort}/api/v1/refusals`)).json() as Promise<
    Record<string, number>
  >;
}

describe("what the cloud refuses", { timeout: 180_000 }, () => {
  it.each([
    ["bytes that are no CBOR", "CBOR_INVALID", () => Uint8Array.of(0xff, 0x00, 0x13)],
    ["CBOR that is no segment", "SEGMENT_INVALID", () => encodeCanonical([1, 2, 3])],
    ["a segment of an unknown version", "SEGMENT_VERSION_UNKNOWN", unknownVersion],
    ["a forged signature", "SIGNATURE_INVALID", forgedSegment],
    ["another gateway's segment", "foreign-segment", foreignSegment],
  ])("%s is counted as %s and disturbs nothing", async (_what, reason, make) => {
    await publish("segment", make());
    expect(await refusals()).toMatchObject({ [reason]: 1 });
    const { segment, bytes } = journal.next([{ type: "event", atMs: 1, event: "gateway-started" }]);
    await publish("segment", bytes);
    const ack = await ackWhere(({ head }) => head?.hash === segment.hash);
    expect(ack).toMatchObject({
      head: { epoch: EPOCH, seq: segment.header.seq, hash: segment.hash },
      reason: "commit",
    });
  });

  it("aDuplicateIsAcknowledgedAgainAndStoredOnce", async () => {
    const { segment, bytes } = journal.next([]);
    await publish("segment", bytes);
    await publish("segment", bytes);
    await ackWhere(({ head }) => head?.hash === segment.hash);
    const site = (await (await fetch(`http://127.0.0.1:${rig.httpPort}/api/v1/sites`)).json()) as {
      items: unknown;
    };
    expect(site.items).toMatchObject([{ gateways: [{ segments: segment.header.seq }] }]);
  });

  it("aHoleIsAskedForAgain", async () => {
    const missing = journal.next([]);
    const early = journal.next([]);
    await publish("segment", early.bytes);
    const rewind = await ackWhere((ack) => ack.reason === "rewind");
    expect(rewind.head?.seq).toBe(missing.segment.header.seq - 1);
    await publish("segment", missing.bytes);
    await publish("segment", early.bytes);
    await ackWhere(({ head }) => head?.hash === early.segment.hash);
  });

  it("aSecondSegmentForOnePlaceIsNeverMerged", async () => {
    const { head } = journal;
    const twin = new JournalWriter(GATEWAY, rig.signer, EPOCH);
    const { bytes } = twin.next([
      { type: "event", atMs: 99, event: "gateway-started", note: "another past" },
    ]);
    await publish("segment", bytes);
    expect(await refusals()).toMatchObject({ contradiction: 1 });
    const next = journal.next([]);
    await publish("segment", next.bytes);
    await ackWhere((ack) => ack.head?.hash === next.segment.hash);
    expect(next.segment.header.prev).toBe(head.hash);
  });

  it("aGatewayNobodyKnowsIsNotLetIn", async () => {
    await expect(dial("gw-stranger")).rejects.toThrow(/Identifier rejected|not authorized/i);
  });

  it("aSessionToBeKeptIsNotLetIn", async () => {
    const options = { clientId: GATEWAY, reconnectPeriod: 0, clean: false };
    const stranger = connectMqtt(`mqtt://127.0.0.1:${rig.mqttPort}`, options);
    let letIn = false;
    stranger.on("connect", () => {
      letIn = true;
    });
    await new Promise<void>((resolve) => stranger.once("close", () => resolve()));
    expect(letIn).toBe(false);
    expect(await refusals()).toMatchObject({ "kept-session": 1 });
    expect(gateway.connected).toBe(true);
  });

  it("foreignTopicsAndWildcardsAreRefused", async () => {
    const granted = await gateway
      .subscribeAsync(["sealwatch/v1/+/ack", "#", topicOf("gw-000002", "ack")])
      .catch(() => []);
    for (const { qos } of granted) expect(qos).toBe(128);
    expect((await refusals())["foreign-subscription"]).toBe(3);
  });

  it("anOversizedPacketIsCutOffAtItsHeader", async () => {
    const socket = connectTcp(rig.mqttPort, "127.0.0.1");
    const closed = once(socket, "close");
    socket.on("error", () => {});
    socket.write(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f, 0x00));
    await closed;
    expect(await refusals()).toMatchObject({ "oversized-packet": 1 });
  });

  it("garbageInsteadOfMqttClosesThatConnectionOnly", async () => {
    const socket = connectTcp(rig.mqttPort, "127.0.0.1");
    const closed = once(socket, "close");
    socket.on("error", () => {});
    socket.end("GET / HTTP/1.1\r\n\r\n");
    await closed;
    expect(gateway.connected).toBe(true);
  });

  it("publishingToAnotherGatewaysTopicEndsTheConnection", async () => {
    const closed = new Promise<void>((resolve) => gateway.once("close", () => resolve()));
    gateway.publish(topicOf("gw-000002", "segment"), "x", { qos: 1 }, () => {});
    await closed;
    expect(await refusals()).toMatchObject({ "foreign-topic": 1 });
  });
});

function newSigner() {
  return ed25519Signer(
    generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  );
}

function forgedSegment(): Uint8Array {
  return new JournalWriter(GATEWAY, newSigner(), "00000000000000ff").next([]).bytes;
}

function foreignSegment(): Uint8Array {
  return new JournalWriter("gw-000002", rig.signer, "00000000000000ff").next([]).bytes;
}

function unknownVersion(): Uint8Array {
  const { segment } = new JournalWriter(GATEWAY, rig.signer, "00000000000000ff").next([]);
  const header = encodeCanonical(new Map([[1, 99]]));
  return encodeCanonical([[segment.cose[0], new Map(), header, segment.cose[3]], segment.body]);
}
