import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadScenario, startSimulator } from "@sealwatch/firmware-sim";
import { silentLogger } from "@sealwatch/platform";
import { stringify } from "yaml";
import { CountyClient } from "../rig/county-client.ts";
import { runProduct, startProduct } from "../rig/product-process.ts";
import { cloudYaml, GATEWAY, SITE } from "../rig/site-files.ts";
import { writeBacklog } from "./written-backlog.ts";

/** Thirty days of five-minute segments. */
const SEGMENTS = 8_640;
const LOOK_EVERY_MS = 50;
const DRAIN_MAX_MS = 600_000;
/** The seal is opened when this share of the backlog has come in. */
const ALARM_AT_SHARE = 0.1;

/** A month's backlog over loopback, and an alarm in the midst of it: `npm run bench -- drain`. */
export async function benchDrain(): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), "sealwatch-drain-"));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(folder: string): Promise<object> {
  const scenario = loadScenario("quiet");
  const transport = { kind: "modbus-tcp", host: "127.0.0.1", port: 0 } as const;
  const timing = { startMs: Date.now(), speed: 1, step: null, waitTrigger: false };
  const plant = await startSimulator({ scenario, seed: 1, transport, ...timing, log: silentLogger() });
  const dataDir = join(folder, "gateway");
  mkdirSync(dataDir);
  const file = join(folder, "gateway.yaml");
  const keyFile = join(folder, "gateway.key");
  const describe = (mqttPort: number) =>
    writeFileSync(file, gatewayConfig({ dataDir, keyFile, mqttPort, modbusPort: plant.port ?? 0 }));
  describe(1883);
  const publicKey = await runProduct("gateway", ["keygen", "--config", file]);
  await writeBacklog(dataDir, keyFile, SEGMENTS);
  console.log(`${SEGMENTS} segments written`);
  const cloudFile = join(folder, "cloud.yaml");
  writeFileSync(
    cloudFile,
    cloudYaml({ dataDir: join(folder, "cloud"), publicKey, httpPort: 0, mqttPort: 0 }),
  );
  const cloud = startProduct("cloud", ["run", "--config", cloudFile]);
  const { mqttPort = 0, httpPort = 0 } = await cloud.listening;
  describe(mqttPort);
  const gateway = startProduct("gateway", ["run", "--config", file]);
  const county = new CountyClient(httpPort);
  try {
    return await measure(county, () => plant.act({ do: "open", what: "seal-s1" }));
  } finally {
    await Promise.all([gateway.stop(), cloud.stop()]);
    await plant.close();
  }
}

async function measure(county: CountyClient, openSeal: () => string | null): Promise<object> {
  const held = async () => (await county.site(SITE)).gateways[0]?.segments ?? 0;
  while ((await held()) === 0) await pause();
  const fromMs = performance.now();
  let openedMs: number | null = null;
  let alarmMs: number | null = null;
  let told = 0;
  for (let segments = await held(); ; segments = await held()) {
    const nowMs = performance.now();
    if (segments >= told + 1_000) {
      told = segments;
      console.log(`${((nowMs - fromMs) / 1000).toFixed(1)} s: ${segments} segments`);
    }
    if (openedMs === null && segments > SEGMENTS * ALARM_AT_SHARE) {
      const refused = openSeal();
      if (refused) throw new Error(refused);
      openedMs = performance.now();
    }
    if (openedMs !== null && alarmMs === null && (await county.alerts()).length > 0)
      alarmMs = performance.now();
    if (segments >= SEGMENTS || nowMs - fromMs > DRAIN_MAX_MS) {
      const seconds = (nowMs - fromMs) / 1000;
      const alarmSeconds = alarmMs === null || openedMs === null ? null : (alarmMs - openedMs) / 1000;
      return {
        segments,
        seconds: round(seconds),
        alarmSeconds: alarmSeconds === null ? null : round(alarmSeconds),
      };
    }
    await pause();
  }
}

function round(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}

function gatewayConfig(options: {
  dataDir: string;
  keyFile: string;
  mqttPort: number;
  modbusPort: number;
}): string {
  const device = { link: "bus-1", supply: "auxiliary" };
  return stringify({
    gateway: GATEWAY,
    mode: "test",
    dataDir: options.dataDir,
    keyFile: options.keyFile,
    broker: { url: `mqtt://127.0.0.1:${options.mqttPort}` },
    links: [{ id: "bus-1", kind: "modbus-tcp", host: "127.0.0.1", port: options.modbusPort }],
    devices: [
      { ...device, id: "meter-1", unit: 1, profile: "eastron/sdm630", intervalMs: 1_000 },
      {
        ...device,
        id: "contacts-1",
        unit: 2,
        profile: "waveshare/modbus-rtu-io-8ch",
        intervalMs: 200,
        contacts: { di3: { role: "seal", label: "封条 S1", normal: 1 } },
      },
    ],
  });
}
