import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { CountyClient } from "../rig/county-client.ts";
import { type ProductProcess, runProduct, startProduct } from "../rig/product-process.ts";
import { SITE } from "../rig/site-files.ts";

const run = promisify(execFile);
const HOUR_MS = 3_600_000;
const SEGMENTS_WANTED = 4;

const folder = mkdtempSync(join(tmpdir(), "sealwatch-enrolled-"));
const cloudFile = join(folder, "cloud.yaml");
const boxFile = join(folder, "box.yaml");
const bundle = join(folder, "bundle");
const running: ProductProcess[] = [];

const county = (...words: string[]) => runProduct("cloud", [...words, "--config", cloudFile]);
const verify = (...args: readonly string[]) =>
  run("/usr/bin/python3", [join(bundle, "verify.py"), ...args]).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );

/** A county, a box that enrols there, and a plant that it polls; a bundle of what it sent. */
beforeAll(async () => {
  const name = { zh: "青石精细染化厂", en: "Qingshi Dyes" };
  const listener = { host: "127.0.0.1", port: 0 };
  writeFileSync(
    cloudFile,
    stringify({
      ...{
        dataDir: join(folder, "cloud"),
        http: { ...listener, withoutSignIn: ["administrator", "county-officer"] },
        mqtts: listener,
        enrol: listener,
      },
      mode: "test",
      tls: { names: ["127.0.0.1"] },
      sites: [{ id: SITE, name, formerLoadW: 60_000, gateways: [] }],
    }),
  );
  const cloud = startProduct("cloud", ["run", "--config", cloudFile]);
  const plant = startProduct("firmware-sim", ["--scenario", "quiet", "--seed", "7", "--port", "0"]);
  running.push(plant, cloud);
  const { httpPort = 0 } = await cloud.listening;
  const { modbusPort: port = 0 } = await plant.listening;
  const meter = { id: "meter-1", link: "bus-1", unit: 1, profile: "eastron/sdm630", supply: "auxiliary" };
  writeFileSync(
    boxFile,
    stringify({
      ...{ dataDir: join(folder, "box"), segments: { everyMs: 1_000 } },
      links: [{ id: "bus-1", kind: "modbus-tcp", host: "127.0.0.1", port }],
      devices: [{ ...meter, intervalMs: 500 }],
    }),
  );
  const claim = JSON.parse(await county("claim", "create", "--site", SITE, "--json"));
  await runProduct("gateway", ["enrol", "--config", boxFile, "--server", claim.server, "--code", claim.code]);
  const gateway = startProduct("gateway", ["run", "--config", boxFile]);
  running.unshift(gateway);
  const client = new CountyClient(httpPort);
  while (((await client.site(SITE)).gateways[0]?.segments ?? 0) < SEGMENTS_WANTED)
    await new Promise((wake) => setTimeout(wake, 100));
  const [from, to] = [-HOUR_MS, HOUR_MS].map((shiftMs) => new Date(Date.now() + shiftMs).toISOString());
  const range = ["--from", String(from), "--to", String(to)];
  await county("evidence", "export", "--site", SITE, ...range, "--out", bundle);
}, 180_000);
afterAll(async () => {
  for (const process of running) await process.stop();
  rmSync(folder, { recursive: true, force: true });
});

it("aGatewayThatEnrolledIsProvenByItsCertificate", async () => {
  const ca = join(folder, "ca-of-the-county.pem");
  cpSync(join(bundle, "ca.pem"), ca);
  const { code, stdout } = await verify("--ca", ca);
  expect(stdout).toContain("有证书 certified");
  expect(stdout).toMatch(/平台回执 receipts [1-9]/);
  expect(code).toBe(0);
});

it("anotherCountysCaIsRefused", async () => {
  const other = join(folder, "other-county");
  const config = parse(readFileSync(cloudFile, "utf8"));
  writeFileSync(join(folder, "other.yaml"), stringify({ ...config, dataDir: other }));
  const cloud = startProduct("cloud", ["run", "--config", join(folder, "other.yaml")]);
  await cloud.listening;
  await cloud.stop();
  const ca = join(folder, "another.pem");
  const certificate = /-----BEGIN CERTIFICATE[\s\S]*?END CERTIFICATE-----/;
  writeFileSync(ca, certificate.exec(readFileSync(join(other, "ca", "ca.pem"), "utf8"))?.[0] ?? "");
  const { code, stdout } = await verify("--ca", ca);
  expect([code, stdout]).toEqual([1, expect.stringContaining("the bundle's CA is another one")]);
});

it("theStoppedCloudExportsTheSame", async () => {
  for (const process of running.splice(0, 3)) await process.stop();
  const again = join(folder, "again");
  const year = ["--from", "2020-01-01T00:00Z", "--to", "2100-01-01T00:00Z"];
  expect(await county("evidence", "export", "--site", SITE, ...year, "--out", again)).toMatch(/segments/);
  const { stdout } = await run("/usr/bin/python3", [join(again, "verify.py")]);
  expect(stdout).toContain("VERDICT: PROVEN");
});
