import { type Random, seededRandom } from "@sealwatch/platform";
import type { ChannelDescription, JournalRecord } from "@sealwatch/protocols";
import { DAY_MS, MINUTE_MS } from "./local-time.ts";
import { MIDNIGHT_MS, pollingRun, QUIET_FLOOR, simulatedFloor } from "./simulated-journal.fixture.ts";
import { channel } from "./written-channels.fixture.ts";

const METERS = 8;
const CONTACTS = 16;

/** The most a gateway has: eight meters with all phases, sixteen contacts, gas with its air, and water. */
export function fullSiteChannels(intervalMs = MINUTE_MS): ChannelDescription[] {
  const meters = Array.from({ length: METERS }, (_, meter) => {
    const device = `meter-${meter + 1}`;
    const feeder = `feeder-${meter + 1}`;
    const on = { device, feeder, intervalMs };
    const id = 100 * (meter + 1);
    const phases = (["L1", "L2", "L3"] as const).flatMap((phase, index) => [
      channel(id + 1 + index, "voltage", { ...on, unit: "V", decimals: 1, phase }),
      channel(id + 4 + index, "current", { ...on, unit: "A", decimals: 2, phase }),
      channel(id + 8 + index, "active-power", { ...on, unit: "W", decimals: 1, phase }),
    ]);
    return [
      channel(id, "active-power", { ...on, unit: "W", decimals: 1, phase: "total" }),
      ...phases,
      channel(id + 7, "energy-import", { ...on, unit: "kWh", decimals: 2 }),
      channel(id + 11, "power-factor", { ...on, decimals: 3, phase: "total" }),
    ];
  });
  const contacts = Array.from({ length: CONTACTS }, (_, index) =>
    channel(1 + index, "contact", {
      device: "contacts-1",
      label: `封条 S${index + 1}`,
      contact: { role: index < 12 ? "seal" : index < 15 ? "door" : "mains-present", normal: 1 },
    }),
  );
  const gas = { device: "gas-1", intervalMs: 5 * MINUTE_MS } as const;
  return [
    ...contacts,
    channel(20, "voc", { ...gas, unit: "ppb" }),
    channel(21, "temperature", { ...gas, unit: "°C", decimals: 1 }),
    channel(22, "humidity", { ...gas, unit: "%", decimals: 1 }),
    channel(30, "water-volume", { device: "water-1", unit: "m3", decimals: 2, feeder: "water" }),
    ...meters.flat(),
  ];
}

/** Quiet days of such a site from MIDNIGHT_MS, one batch an hour: a reading of each meter a step, gas and water with it. */
export function* fullSiteHours(days: number, seed: number, stepMs = MINUTE_MS): Generator<JournalRecord[]> {
  const random = seededRandom(seed, "full site");
  const floors = Array.from({ length: METERS }, (_, index) =>
    simulatedFloor(seededRandom(seed, `floor ${index}`), QUIET_FLOOR),
  );
  const energy = floors.map(() => 1_000);
  for (let atMs = 0; atMs < days * DAY_MS; ) {
    const records: JournalRecord[] = [];
    if (atMs === 0)
      records.push(
        { type: "channels", atMs, channels: fullSiteChannels(stepMs) },
        { type: "clock", atMs, utcMs: MIDNIGHT_MS, uncertaintyMs: 50, source: "simulator" },
      );
    const fromMs = atMs;
    for (const endMs = atMs + 60 * MINUTE_MS; atMs < endMs; ) {
      atMs += stepMs;
      for (const [index, next] of floors.entries()) {
        const watts = next(MIDNIGHT_MS + atMs, stepMs);
        const kwh = (energy[index] ?? 0) + (watts * stepMs) / 3.6e9;
        energy[index] = kwh;
        records.push(meterSample(100 * (index + 1), atMs, { watts, kwh, random }));
      }
      if (atMs % (5 * MINUTE_MS) === 0) records.push(airSample(atMs, random));
    }
    for (let id = 1; id <= CONTACTS; id++) records.push(pollingRun(fromMs + 1_000, atMs, id, 1));
    yield records;
  }
}

function meterSample(
  id: number,
  atMs: number,
  { watts, kwh, random }: { watts: number; kwh: number; random: Random },
): JournalRecord {
  const scaled = [Math.round(watts * 10)];
  for (let phase = 0; phase < 3; phase++)
    scaled.push(Math.round(2_280 + 10 * random.normal()), Math.round((100 * watts) / 3 / 228));
  scaled.push(Math.round(kwh * 100));
  for (let phase = 0; phase < 3; phase++) scaled.push(Math.round((10 * watts) / 3 + 30 * random.normal()));
  scaled.push(Math.round(820 + 10 * random.normal()));
  const phases = [id + 1, id + 4, id + 2, id + 5, id + 3, id + 6];
  const channels = [id, ...phases, id + 7, id + 8, id + 9, id + 10, id + 11];
  return { type: "sample", atMs, channels, scaled, qualities: channels.map(() => 0) };
}

function airSample(atMs: number, random: Random): JournalRecord {
  const course = Math.cos((2 * Math.PI * atMs) / DAY_MS);
  const scaled = [60 + 10 * course + 5 * random.normal(), 170 + 50 * course, 610 - 100 * course, 500];
  return {
    type: "sample",
    atMs,
    channels: [20, 21, 22, 30],
    scaled: scaled.map(Math.round),
    qualities: [0, 0, 0, 0],
  };
}
