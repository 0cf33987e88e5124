import { performance } from "node:perf_hooks";
import { deflateRawSync } from "node:zlib";
import { foldSegment, type GatewayState, initialGatewayState, type SiteContext } from "@sealwatch/cloud";
import { seededRandom } from "@sealwatch/platform";
import type { ChannelDescription, JournalRecord } from "@sealwatch/protocols";

const SITE: SiteContext = { site: "qingshi-dyes", utcOffsetMin: 480, formerLoadW: 60_000 };
const START_MS = Date.UTC(2026, 0, 4, 16);
const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
/** A segment every five minutes. */
const SEGMENT_MS = 5 * MINUTE_MS;
const SAMPLING_MS = 10_000;
const LEARNED_DAYS = 8;
const MEASURED_DAYS = 15;

const meter = {
  device: "meter-1",
  profile: "generic/meter@1",
  supply: "auxiliary",
  label: "",
  feeder: "incomer",
  intervalMs: SAMPLING_MS,
} as const;

/** A meter with voltage and power of three phases, and gas with its air. */
const CHANNELS: ChannelDescription[] = [
  { ...meter, id: 1, point: "power", kind: "active-power", unit: "W", decimals: 1, phase: "total" },
  { ...meter, id: 2, point: "u1", kind: "voltage", unit: "V", decimals: 1, phase: "L1" },
  { ...meter, id: 3, point: "u2", kind: "voltage", unit: "V", decimals: 1, phase: "L2" },
  { ...meter, id: 4, point: "u3", kind: "voltage", unit: "V", decimals: 1, phase: "L3" },
  { ...meter, id: 5, point: "energy", kind: "energy-import", unit: "kWh", decimals: 2 },
  { ...meter, id: 9, point: "p1", kind: "active-power", unit: "W", decimals: 1, phase: "L1" },
  { ...meter, id: 10, point: "p2", kind: "active-power", unit: "W", decimals: 1, phase: "L2" },
  { ...meter, id: 11, point: "p3", kind: "active-power", unit: "W", decimals: 1, phase: "L3" },
  { ...meter, id: 12, point: "pf", kind: "power-factor", unit: "", decimals: 3, phase: "total" },
  { ...meter, id: 6, device: "gas-1", point: "voc", kind: "voc", unit: "ppb", decimals: 0 },
  { ...meter, id: 7, device: "gas-1", point: "t", kind: "temperature", unit: "°C", decimals: 1 },
  { ...meter, id: 8, device: "gas-1", point: "h", kind: "humidity", unit: "%", decimals: 1 },
];

/** Days of such a gateway, cut into segments. */
function segments(fromMs: number, toMs: number): JournalRecord[][] {
  const random = seededRandom(fromMs + 1, "bench");
  const cut: JournalRecord[][] = [];
  for (let startMs = fromMs; startMs < toMs; startMs += SEGMENT_MS) {
    const records: JournalRecord[] = [];
    if (startMs === 0)
      records.push(
        { type: "channels", atMs: 0, channels: CHANNELS },
        { type: "clock", atMs: 0, utcMs: START_MS, uncertaintyMs: 50, source: "simulator" },
      );
    for (let atMs = startMs + SAMPLING_MS; atMs <= startMs + SEGMENT_MS; atMs += SAMPLING_MS) {
      const noise = (scale: number): number => Math.round(scale * random.normal());
      const scaled = [5_000 + noise(600), 2_280 + noise(9), 2_291 + noise(9), 2_285 + noise(9)];
      scaled.push(Math.floor(atMs / 72_000), 60 + noise(6), 170 + noise(5), 600 + noise(9));
      scaled.push(1_700 + noise(200), 1_650 + noise(200), 1_650 + noise(200), 820 + noise(3));
      const qualities = scaled.map(() => 0);
      const channels = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
      records.push({ type: "sample", atMs, channels, scaled, qualities });
    }
    cut.push(records);
  }
  return cut;
}

/** Readings a second through the live fold on one core, and the bytes of the state it leaves. */
export async function benchDetect(): Promise<{ readingsPerS: number; stateBytes: number }> {
  const context = [
    { kind: "baseline-accepted" as const, effectiveMs: START_MS + LEARNED_DAYS * DAY_MS, by: "李工" },
  ];
  let seq = 0;
  let state: GatewayState = initialGatewayState();
  const fold = (list: JournalRecord[][]): void => {
    for (const records of list) {
      seq += 1;
      const segment = { gateway: "gw-000001", epoch: "00000000000000aa", seq, records };
      state = foldSegment(state, segment, context, SITE).state;
    }
  };
  fold(segments(0, LEARNED_DAYS * DAY_MS));
  const learning = bytesOf(state);
  // A day at a time: the middle of many days is not moved by what else this machine does.
  const rates: number[] = [];
  for (let day = LEARNED_DAYS; day < MEASURED_DAYS; day++) {
    const measured = segments(day * DAY_MS, (day + 1) * DAY_MS);
    const readings = measured
      .flat()
      .reduce((sum, { type }) => sum + (type === "sample" ? CHANNELS.length : 0), 0);
    const startedMs = performance.now();
    fold(measured);
    rates.push(readings / ((performance.now() - startedMs) / 1_000));
  }
  rates.sort((a, b) => a - b);
  console.log(`readings a second on ${rates.length} days: ${rates.map(Math.round).join(", ")}`);
  const readingsPerS = Math.round(rates[Math.floor(rates.length / 2)] ?? 0);
  return { readingsPerS, stateBytes: Math.max(learning, bytesOf(state)) };
}

/** As it is stored: deflated JSON in base64. */
function bytesOf(state: GatewayState): number {
  return Buffer.byteLength(deflateRawSync(JSON.stringify(state)).toString("base64"));
}
