import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadScenario, startSimulator } from "@sealwatch/firmware-sim";
import { silentLogger } from "@sealwatch/platform";
import { deviceProfilesDirectory, readDeviceProfile } from "@sealwatch/protocols";
import { stringify } from "yaml";
import { runProduct, startProduct } from "../rig/product-process.ts";
import { auditReplica } from "../rig/replica-audit.ts";
import { cloudYaml, GATEWAY } from "../rig/site-files.ts";
import { cpuSeconds, peakRssMb } from "./process-usage.ts";

/** Starting up is not polling: CPU is counted from here on. */
const WARM_UP_MS = 5_000;
const MEASURED_MS = 60_000;
const IDLE_MS = 3_000;

interface Load {
  readonly meters: number;
  readonly intervalMs: number;
}

interface Measured {
  readonly rssMb: number;
  /** Share of one core. */
  readonly cpu: number;
  readonly missedPolls: number;
  readonly readings: number;
}

/** All that the meter offers but its serial number, which is read once in a while: thirty values. */
const POINTS = readDeviceProfile(
  "eastron/sdm630",
  readFileSync(new URL("eastron/sdm630.yaml", deviceProfilesDirectory), "utf8"),
)
  .points.filter(({ kind }) => kind !== "serial-number")
  .map(({ id }) => id);

/** Memory and CPU of a gateway at work, by what the kernel says; missed polls by what the replica holds. */
export async function benchGateway(): Promise<object> {
  const idle = await idleImports();
  console.log(`the gateway's imports, doing nothing: ${idle.toFixed(0)} MB resident at most`);
  const large = await measure({ meters: 50, intervalMs: 1_000 });
  const small = await measure({ meters: 8, intervalMs: 10_000 });
  return {
    rssMbLarge: round(large.rssMb),
    cpuLarge: round(large.cpu, 3),
    missedPolls: large.missedPolls + small.missedPolls,
    rssMbSmall: round(small.rssMb),
    cpuSmall: round(small.cpu, 3),
    rssMbIdleImports: round(idle),
  };
}

async function measure(load: Load): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "sealwatch-bench-"));
  const meters = Array.from({ length: load.meters }, (_, index) => index + 1);
  const quiet = loadScenario("quiet");
  const model = quiet.devices.find((device) => device.model === "eastron-sdm630");
  if (!model) throw new Error("the quiet site has no SDM630");
  const plant = await startSimulator({
    scenario: { ...quiet, devices: meters.map((unit) => ({ ...model, id: `meter-${unit}`, unit })) },
    seed: 1,
    transport: { kind: "modbus-tcp", host: "127.0.0.1", port: 0 },
    startMs: Date.now(),
    speed: 1,
    step: null,
    waitTrigger: false,
    log: silentLogger(),
  });
  try {
    return await run(folder, load, plant.port ?? 0);
  } finally {
    await plant.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(folder: string, load: Load, modbusPort: number): Promise<Measured> {
  const gatewayFile = join(folder, "gateway.yaml");
  const dataDir = join(folder, "gateway");
  mkdirSync(dataDir);
  const describe = (mqttPort: number) =>
    writeFileSync(gatewayFile, gatewayConfig(dataDir, load, { mqttPort, modbusPort }));
  describe(1883);
  const publicKey = await runProduct("gateway", ["keygen", "--config", gatewayFile]);
  const cloudFile = join(folder, "cloud.yaml");
  writeFileSync(
    cloudFile,
    cloudYaml({ dataDir: join(folder, "cloud"), httpPort: 0, mqttPort: 0, publicKey }),
  );
  const cloud = startProduct("cloud", ["run", "--config", cloudFile]);
  const { mqttPort = 0 } = await cloud.listening;
  describe(mqttPort);
  const gateway = startProduct("gateway", ["run", "--config", gatewayFile]);
  await pause(WARM_UP_MS);
  const before = cpuSeconds(gateway.pid);
  await pause(MEASURED_MS);
  const cpu = ((cpuSeconds(gateway.pid) - before) * 1000) / MEASURED_MS;
  const rssMb = peakRssMb(gateway.pid);
  await gateway.stop();
  await cloud.stop();
  const audit = await auditReplica(join(folder, "cloud", "cloud.sqlite"), GATEWAY);
  const { missedPolls, readings } = countPolls(audit.sampleTimesMs, load.intervalMs);
  const points = readings === 0 ? 0 : pointsOf(audit.sampleTimesMs);
  console.log(
    `${load.meters} meters × ${points} points every ${load.intervalMs / 1000} s: ` +
      `${rssMb.toFixed(0)} MB at most, ${(cpu * 100).toFixed(1)} % of one core, ${missedPolls} missed polls of ${readings} samples`,
  );
  return { rssMb, cpu, missedPolls, readings };
}

/** A hole of n intervals between two samples is n − 1 missed polls. */
function countPolls(timesByDevice: ReadonlyMap<string, readonly number[]>, intervalMs: number) {
  let missedPolls = 0;
  let readings = 0;
  for (const times of timesByDevice.values()) {
    readings += times.length;
    for (let index = 1; index < times.length; index++) {
      const hole = (times[index] ?? 0) - (times[index - 1] ?? 0);
      missedPolls += Math.max(0, Math.round(hole / intervalMs) - 1);
    }
  }
  return { missedPolls, readings };
}

function pointsOf(timesByDevice: ReadonlyMap<string, readonly number[]>): number {
  return [...timesByDevice.keys()][0]?.split(",").length ?? 0;
}

function gatewayConfig(
  dataDir: string,
  load: Load,
  ports: { readonly mqttPort: number; readonly modbusPort: number },
): string {
  return stringify({
    gateway: GATEWAY,
    mode: "test",
    dataDir,
    broker: { url: `mqtt://127.0.0.1:${ports.mqttPort}` },
    links: [{ id: "bus-1", kind: "modbus-tcp", host: "127.0.0.1", port: ports.modbusPort }],
    devices: Array.from({ length: load.meters }, (_, index) => ({
      id: `meter-${index + 1}`,
      link: "bus-1",
      unit: index + 1,
      profile: "eastron/sdm630",
      intervalMs: load.intervalMs,
      supply: "own-feeder",
      points: POINTS,
    })),
  });
}

/** What the gateway's imports alone keep resident. */
async function idleImports(): Promise<number> {
  const door = join(
    dirname(createRequire(import.meta.url).resolve("@sealwatch/gateway/package.json")),
    "dist/gateway.js",
  );
  const script = `await import(${JSON.stringify(door)}); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" });
  await pause(IDLE_MS);
  const peak = peakRssMb(child.pid ?? 0);
  child.kill();
  await once(child, "close");
  return peak;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
