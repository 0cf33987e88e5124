import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { siteDetailSchema } from "@sealwatch/cloud";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { type ProductProcess, runProduct, startProduct } from "../rig/product-process.ts";
import { SITE } from "../rig/site-files.ts";

let folder: string;
let cloud: ProductProcess;
let ports: Record<string, number> = { httpPort: 0, mqttsPort: 0, enrolPort: 0 };
let gateway: ProductProcess | null = null;
let claim: { code: string; server: string; gateway: string };

const cloudFile = () => join(folder, "cloud.yaml");
const boxFile = (box: string) => join(folder, `${box}.yaml`);

async function startCloud(): Promise<void> {
  const config = {
    dataDir: join(folder, "cloud"),
    mode: "test",
    http: { host: "127.0.0.1", port: ports["httpPort"], withoutSignIn: ["administrator", "county-officer"] },
    mqtts: { host: "127.0.0.1", port: ports["mqttsPort"] },
    enrol: { host: "127.0.0.1", port: ports["enrolPort"] },
    tls: { names: ["127.0.0.1"] },
    sites: [
      { id: SITE, name: { zh: "青石精细染化厂", en: "Qingshi Dyes" }, formerLoadW: 60_000, gateways: [] },
    ],
  };
  writeFileSync(cloudFile(), stringify(config));
  cloud = startProduct("cloud", ["run", "--config", cloudFile()]);
  ports = await cloud.listening;
}

/** A box without a name or a broker: the county gives both. Its meter does not answer, which is journaled, too. */
function describeBox(box: string): void {
  const links = [{ id: "bus-1", kind: "modbus-tcp", host: "127.0.0.1", port: 1 }];
  const meter = { id: "meter-1", link: "bus-1", unit: 1, profile: "eastron/sdm630", supply: "auxiliary" };
  const config = {
    dataDir: join(folder, box),
    segments: { everyMs: 1_000 },
    links,
    devices: [{ ...meter, intervalMs: 1_000 }],
  };
  writeFileSync(boxFile(box), stringify(config));
}

const enrol = (box: string) =>
  runProduct("gateway", ["enrol", "--config", boxFile(box), "--server", claim.server, "--code", claim.code]);
const county = (...words: string[]) => runProduct("cloud", [...words, "--config", cloudFile()]);

const lines: string[] = [];
const heard: (() => void)[] = [];
function hear(): void {
  for (const resolve of heard.splice(0)) resolve();
}
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => heard.push(resolve));
}
let progress = { wallMs: 0, segments: 0, acknowledgedSeq: 0 };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sealwatch-enrolment-"));
  await startCloud();
  for (const box of ["box", "other-box"]) describeBox(box);
  claim = JSON.parse(await county("claim", "create", "--site", SITE, "--json"));
});
afterAll(async () => {
  await gateway?.stop();
  await cloud.stop();
  rmSync(folder, { recursive: true });
});

describe("a gateway and its county", () => {
  it("enrolsWithTheCodeAndIsAcknowledgedOverMutualTls", async () => {
    expect(await enrol("box")).toContain(`enrolled: ${claim.gateway}, at site ${SITE}`);
    gateway = startProduct("gateway", ["run", "--config", boxFile("box")], (line) => {
      lines.push(line);
      hear();
    });
    gateway.onMessage((message) => {
      progress = message as typeof progress;
      hear();
    });
    await until(() => progress.acknowledgedSeq > 0);
    const [listed] = JSON.parse(await county("gateway", "list", "--json"));
    expect(listed).toMatchObject({ id: claim.gateway, site: SITE, connected: true });
  });

  it("answersTheSameBoxAgainAndNoOther", async () => {
    expect(await enrol("box")).toContain("enrolled already");
    rmSync(join(folder, "box", "identity"), { recursive: true });
    expect(await enrol("box")).toContain(`enrolled: ${claim.gateway}`);
    await expect(enrol("other-box")).rejects.toThrow(/ENROLMENT_REFUSED: .*used/);
  });

  it("obeysItsCounty", async () => {
    const ofKind = (kind: string) => lines.some((line) => line.includes(`"kind":"${kind}"`));
    const told = await county("gateway", "order", "--gateway", claim.gateway, "--command", "report-status");
    expect(told).toContain(`${claim.gateway} was told to report-status`);
    await until(() => ofKind("command"));
    await county("gateway", "configure", "--gateway", claim.gateway, "--file", boxFile("box"));
    await until(() => ofKind("config"));
    await expect(county("gateway", "order", "--gateway", "gw-999999", "--command", "seal")).rejects.toThrow(
      /GATEWAY_UNKNOWN/,
    );
  });

  it("refillsACloudThatLostItsReplica", async () => {
    await cloud.stop();
    for (const end of ["", "-wal", "-shm"])
      rmSync(join(folder, "cloud", `cloud.sqlite${end}`), { force: true });
    await startCloud();
    const segmentsHeld = async () => {
      const answer = await fetch(`http://127.0.0.1:${ports["httpPort"]}/api/v1/sites/${SITE}`);
      const { gateways } = siteDetailSchema.parse(await answer.json());
      return gateways.find(({ id }) => id === claim.gateway)?.segments ?? 0;
    };
    await expect.poll(segmentsHeld, { timeout: 90_000 }).toBeGreaterThan(progress.segments - 3);
  });

  it("isShutOutAtOnceWhenItIsRevokedAndJournalsOn", async () => {
    await county("gateway", "revoke", "--gateway", claim.gateway, "--reason", "stolen");
    const told = () => lines.find((line) => line.includes("revoked"));
    await until(() => told() !== undefined);
    // Log and progress come through different pipes.
    const revokedMs = JSON.parse(told() ?? "{}").time;
    await until(() => progress.wallMs > revokedMs);
    const { segments, acknowledgedSeq } = progress;
    await until(() => progress.segments > segments + 2);
    expect(progress.acknowledgedSeq).toBeLessThanOrEqual(acknowledgedSeq + 1);
    await expect(enrol("other-box")).rejects.toThrow(/ENROLMENT_REFUSED/);
  });
});
