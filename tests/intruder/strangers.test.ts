import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CountyRig } from "../rig/county-rig.ts";
import {
  countyIssuer,
  foreignIssuer,
  newGatewayKey,
  type RigCredentials,
  type RigIssuer,
  writeCertificate,
} from "../rig/credentials.ts";
import { SITE } from "../rig/site-files.ts";
import { closed, dialTls, TlsGateway } from "../rig/tls-gateway.ts";

let county: CountyRig;
let good: TlsGateway;
let other: RigCredentials;
let issuer: RigIssuer;

beforeAll(async () => {
  county = await CountyRig.start();
  good = await TlsGateway.connect(county, await county.enrol());
  other = await county.enrol();
  issuer = await countyIssuer(county.dataDir);
}, 180_000);
afterAll(async () => {
  await good?.close();
  await county?.close();
});

/** Nobody got in: the good gateway is still served, and it was refused so often and logged once. */
async function expectRefused(reason: string, times: number, source = "127.0.0.1"): Promise<void> {
  await good.beat();
  expect(good.client.connected).toBe(true);
  expect(await county.refusals()).toMatchObject({ [reason]: times });
  expect(await county.logged(reason, source)).toBe(1);
}

async function twice(attempt: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < 2; time++) await expect(attempt()).rejects.toThrow();
}

describe("a stranger at the broker", { timeout: 180_000 }, () => {
  it("withoutACertificateIsNotLetIn", async () => {
    const { gateway } = good.credentials;
    await twice(() => dialTls(county, { key: "", certificate: "", gateway }));
    await expectRefused("certificate-missing", 2);
  });

  it("withACertificateOfAnotherCaIsNotLetInWhateverItSays", async () => {
    const { gateway } = good.credentials;
    const key = await newGatewayKey();
    const certificate = await writeCertificate(await foreignIssuer(issuer), { gateway, site: SITE }, key);
    await twice(() => dialTls(county, { ...key, certificate, gateway }));
    await expectRefused("certificate-refused", 2);
  });

  it("withAnExpiredCertificateIsNotLetIn", async () => {
    const certificate = await writeCertificate(issuer, other, other, { expired: true });
    await twice(() => dialTls(county, { ...other, certificate }));
    await expectRefused("certificate-expired", 2);
  });

  it("withItsOwnCertificateAndAnothersNameIsNotLetInAndPushesNobodyOut", async () => {
    await twice(() => dialTls(county, other, { clientId: good.credentials.gateway }));
    await expectRefused("stolen-client-id", 2, other.gateway);
  });

  it("withACertificateForAnothersNameButItsOwnKeyIsNotLetIn", async () => {
    const { gateway } = good.credentials;
    const key = await newGatewayKey();
    const certificate = await writeCertificate(issuer, { gateway, site: SITE }, key);
    await twice(() => dialTls(county, { ...key, certificate, gateway }));
    await expectRefused("foreign-key", 2, gateway);
  });

  it("thatWasRevokedIsOutAtOnceAndStaysOut", async () => {
    const lost = await TlsGateway.connect(county, await county.enrol());
    const { gateway } = lost.credentials;
    await lost.beat();
    const out = closed(lost.client);
    await county.run("gateway", "revoke", "--gateway", gateway, "--reason", "stolen from the wall");
    await out;
    await twice(() => dialTls(county, lost.credentials));
    await expectRefused("revoked-gateway", 2, gateway);
    const list = await county.run("gateway", "list");
    expect(list).toMatch(new RegExp(`${gateway} .*revoked .*\\(stolen from the wall\\)`));
  });

  it("thatSpeaksPlainMqttOrGarbageIsNotUnderstood", async () => {
    const { "tls-handshake": before = 0 } = await county.refusals();
    for (const bytes of ["\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00", "GET / HTTP/1.1\r\n\r\n"]) {
      const socket = connectTcp(county.ports.mqttsPort, "127.0.0.1");
      socket.on("error", () => {});
      socket.write(bytes, "latin1");
      await once(socket, "close");
    }
    await expectRefused("tls-handshake", before + 2);
  });

  it("thatInsistsOnAnOlderTlsIsNotLetIn", async () => {
    const { key, certificate } = other;
    const socket = connectTls({
      ...{ port: county.ports.mqttsPort, host: "127.0.0.1", maxVersion: "TLSv1.2" },
      ...{ ca: county.ca, key, cert: certificate },
    });
    const [error] = await once(socket, "error");
    expect(String(error)).toMatch(/protocol version/i);
    await good.beat();
  });

  it("leftNothingBehind", async () => {
    const connected = JSON.parse(await county.run("gateway", "list", "--json")).filter(
      (gateway: { connected: boolean }) => gateway.connected,
    );
    expect(connected).toMatchObject([{ id: good.credentials.gateway }]);
  });
});
