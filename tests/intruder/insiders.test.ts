import { ed25519Signer, encodeStatus, topicOf } from "@sealwatch/protocols";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CountyRig } from "../rig/county-rig.ts";
import { newGatewayKey, type RigCredentials } from "../rig/credentials.ts";
import { JournalWriter } from "../rig/journal-writer.ts";
import { closed, dialTls, TlsGateway } from "../rig/tls-gateway.ts";

const BIG_BYTES = 300 * 1024;
let county: CountyRig;
let good: TlsGateway;
let bad: RigCredentials;

beforeAll(async () => {
  county = await CountyRig.start();
  good = await TlsGateway.connect(county, await county.enrol());
  bad = await county.enrol();
}, 180_000);
afterAll(async () => {
  await good?.close();
  await county?.close();
});

/** The good gateway is still served, the reason was counted, and it is in the log once. */
async function expectRefused(reason: string, times: number, source = bad.gateway): Promise<void> {
  await good.beat();
  expect(await county.refusals()).toMatchObject({ [reason]: times });
  expect(await county.logged(reason, source)).toBe(1);
}

/** Publishes as the bad gateway on a connection of its own; resolves once it was hung up on. */
async function publishAndLose(
  topic: string,
  payload: Uint8Array | string,
  options: { qos?: 0 | 1 | 2; retain?: boolean } = {},
): Promise<void> {
  const client = await dialTls(county, bad);
  const out = closed(client);
  client.publish(topic, Buffer.from(payload), { qos: 1, ...options }, () => {});
  await out;
}

describe("a gateway gone bad", { timeout: 180_000 }, () => {
  it("cannotSpeakForAnother", async () => {
    const { gateway } = good.credentials;
    const stranger = ed25519Signer((await newGatewayKey()).key);
    const segment = new JournalWriter(gateway, stranger, "00000000000000f1").next([]).bytes;
    await publishAndLose(topicOf(gateway, "segment"), segment);
    await publishAndLose(topicOf(gateway, "status"), encodeStatus("offline"), { retain: true });
    await expectRefused("foreign-topic", 2);
  });

  it("cannotBringAnothersSegmentsOnItsOwnTopic", async () => {
    const { gateway } = good.credentials;
    const client = await TlsGateway.connect(county, bad);
    const own = new JournalWriter(gateway, bad.signer, "00000000000000f2").next([]).bytes;
    await client.publish("segment", own);
    const theirs = new JournalWriter(gateway, good.credentials.signer, "00000000000000f3").next([]).bytes;
    await client.publish("segment", theirs);
    await expectRefused("foreign-segment", 1);
    await expectRefused("SIGNATURE_INVALID", 1);
    await client.close();
  });

  it("cannotListenToAnybodyElse", async () => {
    const client = await dialTls(county, bad);
    const topics = [
      "#",
      "+/+/+/ack",
      "sealwatch/v1/+/segment",
      "$SYS/#",
      topicOf(good.credentials.gateway, "ack"),
    ];
    const heard: string[] = [];
    client.on("message", (topic) => heard.push(topic));
    const granted = await client.subscribeAsync(topics, { qos: 1 }).catch(() => []);
    for (const { qos } of granted) expect(qos).toBe(128);
    await good.beat();
    // Whatever was on its way has come before this round trip ends.
    await client.subscribeAsync(topicOf(bad.gateway, "ack"), { qos: 1 });
    expect(heard).toEqual([]);
    await expectRefused("foreign-subscription", topics.length);
    await client.endAsync(true);
  });

  it("cannotPlantWhatTheBrokerWouldKeep", async () => {
    await publishAndLose(topicOf(bad.gateway, "segment"), "x", { retain: true });
    await expectRefused("foreign-retained", 1);
    await publishAndLose(topicOf(bad.gateway, "status"), "x".repeat(100_000), { retain: true });
    await expectRefused("bad-status", 1);
    await publishAndLose(topicOf(bad.gateway, "segment"), "x", { qos: 2 });
    await expectRefused("qos-2", 1);
  });

  it("isCutOffAtTheHeaderOfAPacketTooLarge", async () => {
    await publishAndLose(topicOf(bad.gateway, "segment"), new Uint8Array(BIG_BYTES));
    await expectRefused("oversized-packet", 1, "127.0.0.1");
  });

  it("isCutOffWhenItSpeaksNonsense", async () => {
    for (const bytes of ["f0ff", "0000", "82020001", "3205000161"]) {
      const client = await dialTls(county, bad);
      const out = closed(client);
      client.stream.write(Buffer.from(bytes, "hex"));
      client.stream.end();
      await out;
    }
    await good.beat();
  });

  it("cannotAskForASessionToBeKeptNorToBeSilentForLong", async () => {
    await expect(dialTls(county, bad, { clean: false })).rejects.toThrow();
    await expectRefused("kept-session", 1, "127.0.0.1");
    await expect(dialTls(county, bad, { keepalive: 301 })).rejects.toThrow();
    await expect(dialTls(county, bad, { keepalive: 0 })).rejects.toThrow();
    await expectRefused("long-keepalive", 2, "127.0.0.1");
  });

  it("isSlowedDownButServedWhenItSendsTooFast", async () => {
    const client = await TlsGateway.connect(county, bad);
    let slowed = 0;
    // On a busy machine it may send too slowly to be slowed down: then it goes on.
    for (let round = 0; slowed === 0 && round < 10; round++) {
      const flood = Array.from({ length: 6_000 }, () => client.publish("status", encodeStatus("online")));
      const goodWhile = good.beat();
      await Promise.all([goodWhile, ...flood]);
      ({ "fast-publisher": slowed = 0 } = await county.refusals());
    }
    expect(slowed).toBeGreaterThan(0);
    expect(await county.logged("fast-publisher")).toBe(1);
    await client.close();
  });
});
