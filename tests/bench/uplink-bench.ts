import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { CountingProxy, type Traffic } from "../rig/counting-proxy.ts";
import { CountyClient } from "../rig/county-client.ts";
import { type ProductProcess, runProduct, startProduct } from "../rig/product-process.ts";
import { GATEWAY, SITE } from "../rig/site-files.ts";
import { jsonPayload, type Moment, sparkplugPayload } from "./peer-payload.ts";
import { type PeerTls, trafficOf } from "./peer-traffic.ts";
import { writtenBytes } from "./process-usage.ts";
import { type ReplicaReadings, replicaReadings } from "./replica-readings.ts";

const DAY_MS = 86_400_000;
const DAYS_PER_MONTH = 30;
const MOMENTS_PER_DAY = 8_640;
const INTERVAL_MS = 10_000;
const LOOK_EVERY_MS = 500;
/** Mean lateness of a poll, as on a small box: what makes sampling times cost something. */
const JITTER_MS = 3;
/** IPv4 20, TCP 20 and its timestamps 12; each packet of data is answered by one without. */
const IP_TCP_BYTES = 52;
/** PINGREQ and PINGRESP, two bytes each in a TLS 1.3 record of 22 more. */
const PING_BYTES = 48;
const PINGS_PER_DAY = 288;
/** A peer's hour is enough: every message is as long as the next. */
const PEER_MOMENTS = 360;
/** Sixteen values of one three-phase meter. */
const POINTS = [
  ...["voltage-l1", "voltage-l2", "voltage-l3", "current-l1", "current-l2", "current-l3"],
  ...["power-l1", "power-l2", "power-l3", "power-total", "reactive-total", "apparent-total"],
  ...["power-factor-total", "frequency", "energy-import", "energy-export"],
];

const claimSchema = z.object({ code: z.string() });

/** A day of one quiet site over the real products, enrolled and over mutual TLS: bytes on the wire and on the card. */
export async function benchUplink(): Promise<object> {
  // Not in /tmp: where that is memory, nothing would be counted as written.
  const folder = mkdtempSync(join(process.cwd(), ".bench-uplink-"));
  try {
    const day = await runDay(folder);
    return await report(folder, day);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Day {
  readonly traffic: Traffic;
  readonly written: number;
  readonly replica: ReplicaReadings;
}

async function runDay(folder: string): Promise<Day> {
  const startMs = Date.UTC(2026, 2, 2);
  const plant = startProduct("firmware-sim", [
    ...["--mode", "test", "--scenario", "quiet", "--seed", "1", "--port", "0", "--step-port", "0"],
    ...["--step-jitter", String(JITTER_MS), "--start", String(startMs)],
  ]);
  const { modbusPort = 0, stepPort = 0 } = await plant.listening;
  const county = await startCounty(folder);
  const gatewayFile = join(folder, "gateway.yaml");
  const proxy = new CountingProxy({ host: "127.0.0.1", port: county.mqttsPort });
  await proxy.listen();
  mkdirSync(join(folder, "gateway"));
  writeFileSync(gatewayFile, gatewayConfig(folder, { brokerPort: proxy.port, modbusPort, stepPort }));
  const claim = claimSchema.parse(
    JSON.parse(
      await runProduct("cloud", [
        ...["claim", "create", "--json", "--site", SITE, "--gateway", GATEWAY],
        ...["--config", county.file],
      ]),
    ),
  );
  const server = `127.0.0.1:${county.enrolPort}`;
  await runProduct("gateway", [
    ...["enrol", "--config", gatewayFile, "--server", server],
    ...["--code", claim.code],
  ]);
  let logBytes = 0;
  const gateway = startProduct("gateway", ["run", "--config", gatewayFile], (line) => {
    logBytes += line.length + 1;
  });
  await dayIsOver(new CountyClient(county.httpPort), startMs);
  const written = writtenBytes(gateway.pid) + logBytes;
  await gateway.stop();
  const traffic = proxy.traffic();
  proxy.close();
  await Promise.all([county.process.stop(), plant.stop()]);
  const replica = await replicaReadings(join(folder, "cloud", "cloud.sqlite"), GATEWAY);
  return { traffic, written, replica };
}

interface County {
  readonly file: string;
  readonly process: ProductProcess;
  readonly httpPort: number;
  readonly mqttsPort: number;
  readonly enrolPort: number;
}

async function startCounty(folder: string): Promise<County> {
  const file = join(folder, "cloud.yaml");
  const listen = { host: "127.0.0.1", port: 0 };
  const name = { zh: "青石精细染化厂", en: "Qingshi Dyes" };
  writeFileSync(
    file,
    stringify({
      dataDir: join(folder, "cloud"),
      mode: "test",
      http: { ...listen, withoutSignIn: ["administrator", "county-officer"] },
      mqtts: listen,
      enrol: listen,
      tls: { names: ["127.0.0.1", "localhost"] },
      sites: [{ id: SITE, name, formerLoadW: 60_000, gateways: [] }],
    }),
  );
  const cloud = startProduct("cloud", ["run", "--config", file]);
  const { httpPort = 0, mqttsPort = 0, enrolPort = 0 } = await cloud.listening;
  return { file, process: cloud, httpPort, mqttsPort, enrolPort };
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

/** The day as a month, beside what the same readings cost in the peers' formats over the same TLS. */
async function report(folder: string, { traffic, written, replica }: Day): Promise<object> {
  const { segments, readings, wireBytes, entropyBytes, moments } = replica;
  const days = moments.length / MOMENTS_PER_DAY;
  const perMonth = (bytes: number) => round(((bytes / days) * DAYS_PER_MONTH) / 1e6, 2);
  const ip = traffic.bytes + traffic.packets * 2 * IP_TCP_BYTES;
  console.log(
    `${days.toFixed(3)} days: ${readings} readings in ${segments} signed segments of ${Math.round(wireBytes / segments)} bytes; ` +
      `${traffic.bytes} bytes of TLS in ${traffic.packets} packets, ${written} bytes written`,
  );
  console.log(
    `not in it, since a simulated day has no silences: keep-alive pings. Every packet puts off the next by 300 s and a segment comes ` +
      `every 300 s; were one sent for each all the same, that would be ${perMonth(PINGS_PER_DAY * PING_BYTES * days)} MB more`,
  );
  const tls = serverIdentity(folder);
  const sample = moments.slice(0, PEER_MOMENTS);
  const peer = async (payload: (moment: Moment, index: number) => Buffer, topic: string) =>
    round(
      (((await trafficOf(sample.map(payload), topic, tls)) / sample.length) *
        MOMENTS_PER_DAY *
        DAYS_PER_MONTH) /
        1e6,
      1,
    );
  return {
    segmentBytesPerReading: round(wireBytes / readings, 3),
    mbPerSiteMonthTls: perMonth(traffic.bytes),
    mbPerSiteMonthIpEstimated: perMonth(ip),
    entropyBytesPerReading: round(entropyBytes / readings, 3),
    sparkplugMb: await peer(sparkplugPayload, `spBv1.0/county/DDATA/${GATEWAY}/meter-1`),
    jsonMb: await peer(jsonPayload, `v1/devices/${GATEWAY}/telemetry`),
    flashMbPerDay: round(written / days / 1e6, 1),
  };
}

function serverIdentity(folder: string): PeerTls {
  const read = (name: string) => readFileSync(join(folder, "cloud", "ca", name), "utf8");
  return { ca: read("ca.pem"), cert: read("server.pem"), key: read("server.key") };
}

function gatewayConfig(
  folder: string,
  ports: { readonly brokerPort: number; readonly modbusPort: number; readonly stepPort: number },
): string {
  return stringify({
    gateway: GATEWAY,
    mode: "test",
    dataDir: join(folder, "gateway"),
    clock: { source: "step-socket", host: "127.0.0.1", port: ports.stepPort },
    broker: { host: "127.0.0.1", port: ports.brokerPort },
    links: [{ id: "bus-1", kind: "modbus-tcp", host: "127.0.0.1", port: ports.modbusPort }],
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

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
