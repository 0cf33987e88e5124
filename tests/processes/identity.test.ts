import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseClaimCode } from "@sealwatch/protocols";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CountyClient } from "../rig/county-client.ts";
import { CountyRig } from "../rig/county-rig.ts";
import { newGatewayKey, type RigCredentials } from "../rig/credentials.ts";
import { askCounty } from "../rig/enrolment-client.ts";
import { SITE } from "../rig/site-files.ts";
import { closed, dialTls, TlsGateway } from "../rig/tls-gateway.ts";

let county: CountyRig;
beforeEach(async () => {
  county = await CountyRig.start();
});
afterEach(() => county.close());

const gateways = async () => (await new CountyClient(county.ports.httpPort).site(SITE)).gateways;
const renew = async ({ gateway, csr }: Pick<RigCredentials, "gateway" | "csr">) => {
  const { status, text } = await askCounty(county, { path: "/enrol/v1/renew", body: { gateway, csr } });
  return { status, ...JSON.parse(text) };
};

/** Copies what a backup of the database holds, with the cloud stopped. */
function copyDatabase(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from).filter(
    (file) => file.startsWith("cloud.sqlite") && !file.endsWith(".lock"),
  )) {
    copyFileSync(join(from, name), join(to, name));
  }
}

function dropDatabase(): void {
  for (const name of readdirSync(county.dataDir).filter((file) => file.startsWith("cloud.sqlite"))) {
    rmSync(join(county.dataDir, name), { recursive: true });
  }
}

describe("a gateway's identity", { timeout: 180_000 }, () => {
  it("isGivenForAClaimCodeThatPinsTheCaAndLivesOverARestart", async () => {
    const claim = await county.claim("--gateway", "gw-by-name");
    expect(claim).toMatchObject({
      gateway: "gw-by-name",
      site: SITE,
      server: `127.0.0.1:${county.ports.enrolPort}`,
    });
    expect(claim.expiresMs - Date.now()).toBeGreaterThan(47 * 3_600_000);
    const credentials = await county.enrol();
    expect(credentials.broker).toEqual({ host: "127.0.0.1", port: county.ports.mqttsPort });
    expect(credentials.ca).toBe(county.ca);
    const gateway = await TlsGateway.connect(county, credentials);
    await gateway.beat();
    const gone = closed(gateway.client);
    await county.halt("kill");
    await gone;
    await county.launch();
    const again = await dialTls(county, credentials);
    expect(await gateways()).toMatchObject([{ id: credentials.gateway, segments: 1, connected: true }]);
    await again.endAsync(true);
    expect(parseClaimCode((await county.claim()).code).caPin).toBe(parseClaimCode(claim.code).caPin);
  });

  it("isRenewedForItsOwnKeyOnly", async () => {
    const credentials = await county.enrol();
    expect(await renew(credentials)).toMatchObject({ status: 200, certificate: credentials.certificate });
    const { csr } = await newGatewayKey();
    expect(await renew({ ...credentials, csr })).toMatchObject({ status: 409, code: "KEY_MISMATCH" });
    expect(await renew({ gateway: "gw-nobody", csr })).toMatchObject({
      status: 404,
      code: "GATEWAY_UNKNOWN",
    });
    await county.run("gateway", "revoke", "--gateway", credentials.gateway, "--reason", "lost");
    expect(await renew(credentials)).toMatchObject({ status: 403, code: "GATEWAY_REVOKED" });
  });

  it("isReplacedInOneStepAndItsJournalStays", async () => {
    const old = await TlsGateway.connect(county, await county.enrol());
    await old.beat();
    const out = closed(old.client);
    const claim = await county.claim("--replaces", old.credentials.gateway);
    await out;
    const key = await newGatewayKey();
    const body = { secret: claim.secret, csr: key.csr, software: "by hand" };
    const { text } = await askCounty(county, { path: "/enrol/v1/claim", body });
    const fresh = await TlsGateway.connect(county, { ...key, ...JSON.parse(text) });
    await fresh.beat();
    expect(await gateways()).toMatchObject([
      { id: old.credentials.gateway, segments: 1, revokedMs: expect.any(Number) },
      { id: claim.gateway, segments: 1, revokedMs: null },
    ]);
    await expect(county.claim("--replaces", old.credentials.gateway)).rejects.toThrow(/was replaced by/);
    await fresh.close();
  });
});

describe("revocations", { timeout: 180_000 }, () => {
  it("areNotTakenBackByAnOlderDatabase", async () => {
    const credentials = await county.enrol();
    await county.halt();
    const backup = join(county.folder, "backup");
    copyDatabase(county.dataDir, backup);
    await county.run("gateway", "revoke", "--gateway", credentials.gateway, "--reason", "stolen");
    dropDatabase();
    copyDatabase(backup, county.dataDir);
    await county.launch();
    await expect(dialTls(county, credentials)).rejects.toThrow(/not authorized/i);
    expect(await county.run("gateway", "list")).toMatch(/revoked .*\(stolen\)/);
    await expect(county.enrol()).resolves.toMatchObject({ site: SITE });
  });

  it("thatAreLostStopTheIssueOfCertificatesUntilACopyIsImported", async () => {
    const credentials = await county.enrol();
    const gateway = await TlsGateway.connect(county, credentials);
    const stolen = await county.enrol();
    const { secret } = await county.claim();
    await county.run("gateway", "revoke", "--gateway", stolen.gateway, "--reason", "stolen");
    await gateway.close();
    await county.halt();
    const file = join(county.dataDir, "revocations.jsonl");
    const copy = join(county.folder, "copy.jsonl");
    copyFileSync(file, copy);
    rmSync(file);
    dropDatabase();
    await county.launch();
    await expect(county.claim()).rejects.toThrow(/ISSUING_SUSPENDED: .*missing.*revocations import/);
    await expect(dialTls(county, credentials)).rejects.toThrow(/Identifier rejected/);
    writeFileSync(
      join(county.folder, "forged.jsonl"),
      readFileSync(copy, "utf8").replace("stolen", "stolen!"),
    );
    await expect(county.run("revocations", "import", join(county.folder, "forged.jsonl"))).rejects.toThrow(
      /REVOCATIONS_UNUSABLE: .*line 1/,
    );
    expect(await county.run("revocations", "import", copy)).toMatch(/^1 revocations were new/);
    await expect(dialTls(county, stolen)).rejects.toThrow(/Identifier rejected|not authorized/i);
    const back = await TlsGateway.connect(county, credentials);
    await back.beat();
    expect(await gateways()).toMatchObject([{ id: credentials.gateway, segments: 1 }]);
    const { csr } = await newGatewayKey();
    const body = { secret, csr, software: "by hand" };
    const { text } = await askCounty(county, { path: "/enrol/v1/claim", body });
    expect(JSON.parse(text)).toMatchObject({ code: "CLAIM_UNKNOWN" });
    await back.close();
  });
});
