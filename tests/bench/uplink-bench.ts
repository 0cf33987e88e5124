import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { CountingProxy } from "../rig/counting-proxy.ts";
import { CountyClient } from "../rig/county-client.ts";
import { runProduct, startProduct } from "../rig/product-process.ts";
import { cloudYaml, GATEWAY, SITE } from "../rig/site-files.ts";
import { writtenBytes } from "./process-usage.ts";
import { replicaReadings } from "./replica-readings.ts";

const DAY_MS = 86_400_000;
const INTERVAL_MS = 10_000;
const LOOK_EVERY_MS = 500;
/** Mean lateness of a poll, as on a small box: what makes sampling times cost something. */
const JITTER_MS = 3;
/** Sixteen values of one three-phase meter. */
const POINTS = [
  ...["voltage-l1", "voltage-l2", "voltage-l3", "current-l1", "current-l2", "current-l3"],
  ...["power-l1", "power-l2", "power-l3", "power-total", "reactive-total", "apparent-total"],
  ...["power-factor-total", "frequency", "energy-import", "energy-export"],
];

/** A day of one quiet site over the real products: bytes on the wire and on the card. */
export async function benchUplink(): Promise<object> {
  // Not in /tmp: where that is memory, nothing would be counted as written.
  const folder = mkdtempSync(join(process.cwd(), ".bench-uplink-"));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(folder: string): Promise<object> {
  const startMs = Date.UTC(2026, 2, 2);
  const plant = startProduct("firmware-sim", [
    ...["--mode", "test", "--scenario", "quiet", "--seed", "1", "--port", "0", "--step-port", "0"],
    ...["--step-jitter", String(JITTER_MS), "--start", String(startMs)],
  ]);
  const { modbusPort = 0, stepPort = 0 } = await plant.listening;
  const dataDir = join(folder, "gateway");
  mkdirSync(dataDir);
  const gatewayFile = join(folder, "gateway.yaml");
  const describe = (mqttPort: number) =>
    writeFileSync(gatewayFile, gatewayConfig({ dataDir, mqttPort, modbusPort, stepPort }));
  describe(1883);
  const publicKey = await runProduct("gateway", ["keygen", "--config", gatewayFile]);
  const cloudFile = join(folder, "cloud.yaml");
  writeFileSync(
    cloudFile,
    cloudYaml({ dataDir: join(folder, "cloud"), httpPort: 0, mqttPort: 0, publicKey }),
  );
  const cloud = startProduct("cloud", ["run", "--config", cloudFile]);
  const { mqttPort = 0, httpPort = 0 } = await cloud.listening;
  const proxy = new CountingProxy({ host: "127.0.0.1", port: mqttPort });
  await proxy.listen();
  describe(proxy.port);
  let logBytes = 0;
  const gateway = startProduct("gateway", ["run", "--config", gatewayFile], (line) => {
    logBytes += line.length + 1;
  });
  await dayIsOver(new CountyClient(httpPort), startMs);
  const written = writtenBytes(gateway.pid) + logBytes;
  await gateway.stop();
  const traffic = proxy.traffic();
  proxy.close();
  await Promise.all([cloud.stop(), plant.stop()]);
  const replica = await replicaReadings(join(folder, "cloud", "cloud.sqlite"), GATEWAY);
  console.log(replica.segments, replica.readings, traffic, written, readFileSync(gatewayFile).length);
  return {
    segmentBytesPerReading: replica.wireBytes / replica.readings,
    mb: (traffic.bytes * 30) / 1e6,
    entropyBytesPerReading: replica.entropyBytes / replica.readings,
    flashMbPerDay: written / 1e6,
  };
}

async function dayIsOver(county: CountyClient, startMs: number): Promise<void> {
  for (;;) {
    const { gateways } = await county.site(SITE);
    const done = ((gateways[0]?.recordedToMs ?? startMs) - startMs) / DAY_MS;
    if (process.stderr.isTTY) process.stderr.write(`\r${Math.floor(done * 100)} % of the day`);
    if (done >= 1) return;
    await new Promise((wake) => setTimeout(wake, LOOK_EVERY_MS));
  }
}

function gatewayConfig(options: {
  readonly dataDir: string;
  readonly mqttPort: number;
  readonly modbusPort: number;
  readonly stepPort: number;
}): string {
  const { dataDir, mqttPort, modbusPort, stepPort } = options;
  return stringify({
    gateway: GATEWAY,
    mode: "test",
    dataDir,
    clock: { source: "step-socket", host: "127.0.0.1", port: stepPort },
    broker: { url: `mqtt://127.0.0.1:${mqttPort}` },
    links: [{ id: "bus-1", kind: "modbus-tcp", host: "127.0.0.1", port: modbusPort }],
    devices: [
      {
        id: "meter-1",
        link: "bus-1",
        unit: 1,
        profile: "eastron/sdm630",
        intervalMs: INTERVAL_MS,
        supply: "own-feeder",
        points: POINTS,
      },
    ],
  });
}
