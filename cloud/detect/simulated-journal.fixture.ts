import { type Random, seededRandom } from "@sealwatch/platform";
import type { ChannelDescription, JournalRecord, SampleRecord } from "@sealwatch/protocols";
import { DAY_MS, MINUTE_MS } from "./local-time.ts";

/** The idle floor of an invented sealed plant: daily rhythm, correlated noise, wander from day to day. Watts. */
export interface FloorOptions {
  readonly meanW: number;
  readonly rhythmW: number;
  /** Noise that relaxes within minutes. */
  readonly noiseW: number;
  readonly noiseTauMs: number;
  /** Wander that relaxes within half a day. */
  readonly wanderW: number;
  /** A thermostat: switched on and off at random, ten minutes on and twenty off in the mean. */
  readonly heaterW: number;
}

export const QUIET_FLOOR: FloorOptions = {
  meanW: 500,
  rhythmW: 150,
  noiseW: 60,
  noiseTauMs: 600_000,
  wanderW: 40,
  heaterW: 0,
};

/** 00:00 in Beijing, and the start of every simulated journal. */
export const MIDNIGHT_MS = Date.UTC(2026, 0, 4, 16);

const WANDER_TAU_MS = DAY_MS / 2;

/** Power a step after the last; `utcMs` places it in the daily rhythm. */
export function simulatedFloor(
  random: Random,
  floor: FloorOptions,
): (utcMs: number, stepMs: number) => number {
  let noise = random.normal();
  let wander = random.normal();
  let heats = false;
  return (utcMs, stepMs) => {
    const fast = Math.exp(-stepMs / floor.noiseTauMs);
    const slow = Math.exp(-stepMs / WANDER_TAU_MS);
    noise = fast * noise + Math.sqrt(1 - fast * fast) * random.normal();
    wander = slow * wander + Math.sqrt(1 - slow * slow) * random.normal();
    if (floor.heaterW > 0 && random.uniform() < stepMs / (heats ? 600_000 : 1_200_000)) heats = !heats;
    const rhythm = floor.rhythmW * Math.sin((2 * Math.PI * utcMs) / DAY_MS);
    return floor.meanW + rhythm + floor.noiseW * noise + floor.wanderW * wander + (heats ? floor.heaterW : 0);
  };
}

/** Channel 1: total power, 2: voltage, 10–15: seals, 16: door, 17: mains, 20: VOC. */
export function siteChannels(intervalMs: number): ChannelDescription[] {
  const meter = { device: "meter-1", profile: "eastron/sdm630@1", intervalMs, supply: "auxiliary" as const };
  const contact = {
    device: "contacts-1",
    profile: "generic/di8@1",
    intervalMs: 1_000,
    supply: "battery" as const,
  };
  const role = (id: number): "seal" | "door" | "mains-present" =>
    id < 16 ? "seal" : id === 16 ? "door" : "mains-present";
  const contacts = Array.from({ length: 8 }, (_, index): ChannelDescription => {
    const id = 10 + index;
    const label = id < 16 ? `封条 S${index + 1}` : id === 16 ? "大门 D1" : "市电";
    const normal = 1 as const;
    return {
      ...contact,
      id,
      point: `di${index + 1}`,
      kind: "contact",
      unit: "",
      decimals: 0,
      label,
      contact: { role: role(id), normal },
    };
  });
  return [
    {
      ...meter,
      id: 1,
      point: "power-total",
      kind: "active-power",
      phase: "total",
      unit: "W",
      decimals: 1,
      label: "",
    },
    { ...meter, id: 2, point: "voltage-l1", kind: "voltage", phase: "L1", unit: "V", decimals: 1, label: "" },
    ...contacts,
    { ...meter, device: "gas-1", id: 20, point: "voc", kind: "voc", unit: "ppb", decimals: 0, label: "" },
  ];
}

/** What an epoch begins with when monotonic 0 is `startMs`. */
export function epochStart(startMs: number, intervalMs: number): JournalRecord[] {
  return [
    { type: "channels", atMs: 0, channels: siteChannels(intervalMs) },
    { type: "clock", atMs: 0, utcMs: startMs, uncertaintyMs: 50, source: "simulator" },
  ];
}

/** One reading of the meter. */
export function meterSample(atMs: number, watts: number): SampleRecord {
  return {
    type: "sample",
    atMs,
    channels: [1, 2],
    scaled: [Math.round(watts * 10), 2_301],
    qualities: [0, 0],
  };
}

/** A contact's new position: 1 closed, 0 open. */
export function contactChanged(
  atMs: number,
  change: { channel: number; value: number; note?: string },
): JournalRecord {
  return { type: "event", atMs, event: "contact-changed", ...change };
}

/** A device was lost or regained. */
export function deviceHeard(
  atMs: number,
  { device, isHeard }: { device: string; isHeard: boolean },
): JournalRecord {
  return { type: "event", atMs, event: isHeard ? "device-regained" : "device-lost", device };
}

/** Every poll of a contact, one a second, read `value`. */
export function pollingRun(fromMs: number, atMs: number, channel: number, value: number): JournalRecord {
  const polls = 1 + Math.floor((atMs - fromMs) / 1_000);
  return { type: "run", atMs, fromMs, channel, value, polls, longestGapMs: 1_100 };
}

/** `days` of minute readings with polling runs of all contacts, from monotonic 0. */
export function quietDays(days: number, seed = 1): JournalRecord[] {
  const next = simulatedFloor(seededRandom(seed, "fold"), QUIET_FLOOR);
  const records = epochStart(MIDNIGHT_MS, MINUTE_MS);
  for (let minute = 1; minute <= days * 1_440; minute++) {
    const atMs = minute * MINUTE_MS;
    records.push(meterSample(atMs, next(MIDNIGHT_MS + atMs, MINUTE_MS)));
    if (minute % 5 > 0) continue;
    for (let channel = 10; channel < 18; channel++)
      records.push(pollingRun(atMs - 299_000, atMs, channel, 1));
  }
  return records;
}
