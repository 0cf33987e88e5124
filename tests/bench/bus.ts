import { readFileSync } from "node:fs";
import type { SensingConfig } from "@sealwatch/gateway";
import {
  type DevicePoint,
  type DeviceProfile,
  deviceProfilesDirectory,
  isModbusPoint,
  readDeviceProfile,
  registersOf,
} from "@sealwatch/protocols";
import { leastWireTime, type RegisterSpan } from "./least-wire-time.ts";
import { naiveCycleMs } from "./naive-reader.ts";
import { type PolledLine, pollLine } from "./polled-line.ts";
import { heldAt, type LineSpeed } from "./simulated-line.ts";

const METERS = 30;
const BAUD = 9600;
/** Start bit, 8 data bits, stop bit: 8N1, the meter's factory setting. */
const CHARACTER_BITS = 10;
const TURNAROUND_MS = 10;
const TIMEOUT_MS = 1_000;
const SATURATED_INTERVAL_MS = 100;
const SATURATED_FOR_MS = 120_000;
const CADENCE_MS = 5_000;
const CADENCE_FOR_MS = 600_000;

const speed: LineSpeed = {
  characterMs: (CHARACTER_BITS * 1_000) / BAUD,
  silenceMs: (3.5 * CHARACTER_BITS * 1_000) / BAUD,
  turnaroundMs: TURNAROUND_MS,
};

/** How well one line of 30 three-phase meters is used, and what dead ones cost the others. */
export async function benchBus(): Promise<object> {
  const profile = readDeviceProfile(
    "eastron/sdm630",
    readFileSync(new URL("eastron/sdm630.yaml", deviceProfilesDirectory), "utf8"),
  );
  const values = valuesOf(profile);
  const least = leastWireTime(values, profile.limits?.registersPerRead ?? 0, speed);
  tellLine(values, least);
  const cycleMs = await saturatedCycle(profile);
  console.log(`  median poll cycle: ${cycleMs.toFixed(0)} ms`);
  const units = Array.from({ length: METERS }, (_, index) => index + 1);
  const naive = await naiveCycleMs(units, values, speed);
  console.log(
    `modbus-serial, one value a read: ${naive.questions} questions, ${naive.ms.toFixed(0)} ms a cycle`,
  );
  const leastCycleMs = METERS * least.ms;
  const cadenceOneDead = await cadence(profile, [7]);
  const cadenceFiveDead = await cadence(profile, [3, 7, 15, 16, 28]);
  return {
    cycleRatio: round(cycleMs / leastCycleMs),
    cadenceOneDead: round(cadenceOneDead),
    cadenceFiveDead: round(cadenceFiveDead),
    naiveRatio: round(naive.ms / leastCycleMs),
  };
}

function tellLine(
  values: readonly RegisterSpan[],
  least: { readonly ms: number; readonly questions: number },
): void {
  console.log(
    `${METERS} Eastron SDM630 on one line, ${BAUD} baud 8N1 (${CHARACTER_BITS} bits a character, ` +
      `${speed.characterMs.toFixed(4)} ms), ${speed.silenceMs.toFixed(3)} ms of silence each way, ` +
      `${TURNAROUND_MS} ms turnaround; virtual time, the gateway's own link and scheduler`,
  );
  console.log(
    `least time on the wire for the ${values.length} values of a meter, over all ways to cut them into questions: ` +
      `${least.ms.toFixed(2)} ms in ${least.questions}; a cycle of ${METERS}: ${(METERS * least.ms).toFixed(0)} ms`,
  );
}

/** Polled faster than the line can carry, so that it never rests: the median time between two samples of a meter. */
async function saturatedCycle(profile: DeviceProfile): Promise<number> {
  const polled = await poll(profile, SATURATED_INTERVAL_MS, SATURATED_FOR_MS, []);
  const cycles = [...polled.completedMs.values()].flatMap((times) =>
    times.slice(1).map((ms, index) => ms - (times[index] ?? ms)),
  );
  console.log(`the gateway, ${SATURATED_FOR_MS / 1_000} s: ${cycles.length} polls; ${tell(polled)}`);
  return cycles.toSorted((left, right) => left - right)[Math.floor(cycles.length / 2)] ?? Number.NaN;
}

/** The least share of its polls that any living meter got, while `deadUnits` never answered, breaker opening included. */
async function cadence(profile: DeviceProfile, deadUnits: readonly number[]): Promise<number> {
  const polled = await poll(profile, CADENCE_MS, CADENCE_FOR_MS, deadUnits);
  const due = CADENCE_FOR_MS / CADENCE_MS;
  const shares = Array.from({ length: METERS }, (_, index) => index + 1)
    .filter((unit) => !deadUnits.includes(unit))
    .map((unit) => (polled.completedMs.get(`meter-${unit}`)?.length ?? 0) / due);
  const least = Math.min(...shares);
  console.log(
    `${deadUnits.length} of ${METERS} dead, each meter due every ${CADENCE_MS / 1_000} s for ${CADENCE_FOR_MS / 60_000} ` +
      `minutes, ${TIMEOUT_MS} ms timeout: the living got ${(100 * least).toFixed(1)} % of their polls or more; ${tell(polled)}`,
  );
  return least;
}

function tell({ wrongValues, tooEarly, utilisation }: PolledLine): string {
  return `line ${(100 * utilisation).toFixed(0)} % busy in the last minute, ${wrongValues} wrong values, ${tooEarly} questions too early`;
}

function poll(
  profile: DeviceProfile,
  intervalMs: number,
  forMs: number,
  deadUnits: readonly number[],
): Promise<PolledLine> {
  const measured = new Set(valuesOf(profile).map(({ id }) => id));
  const config: SensingConfig = {
    links: [
      {
        id: "bus",
        kind: "modbus-rtu-tcp",
        host: "127.0.0.1",
        port: 1,
        baud: BAUD,
        parity: "none",
        stopBits: 1,
        timeoutMs: TIMEOUT_MS,
        turnaroundMs: 0,
        echo: false,
      },
    ],
    devices: Array.from({ length: METERS }, (_, index) => ({
      id: `meter-${index + 1}`,
      link: "bus",
      unit: index + 1,
      profile,
      intervalMs,
      supply: "auxiliary" as const,
      contacts: {},
      points: [...measured],
    })),
    limits: {
      lostAfterMisses: 3,
      probeFirstMs: 10_000,
      probeMaxMs: 300_000,
      debouncePolls: 2,
      debounceMs: 50,
    },
  };
  const byId = new Map(profile.points.map((point: DevicePoint) => [point.id, point]));
  const expected = (device: string, id: string) => {
    const point = byId.get(id);
    if (!point || !isModbusPoint(point)) return Number.NaN;
    const held = Math.fround(heldAt(Number(device.slice("meter-".length)), point.address));
    return Math.round(held * 10 ** point.decimals);
  };
  return pollLine({ config, speed, forMs, deadUnits, expected });
}

const KINDS: readonly string[] = [
  "voltage",
  "current",
  "active-power",
  "power-factor",
  "frequency",
  "energy-import",
  "energy-export",
];

/** V, I, P, power factor, frequency and energy, as the profile reads them unless told otherwise. */
function valuesOf(profile: DeviceProfile): (RegisterSpan & { readonly id: string })[] {
  const points: readonly DevicePoint[] = profile.points;
  return points.filter(isModbusPoint).flatMap(({ id, kind, address, type, onRequest }) => {
    if (type === "bit" || onRequest || !KINDS.includes(kind)) return [];
    return [{ id, address, registers: registersOf(type) }];
  });
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
