import { seededRandom } from "@sealwatch/platform";
import type { ChannelDescription, JournalRecord } from "@sealwatch/protocols";

/** A plant that exists only as the records a gateway would write: for tests of what the cloud makes of a journal. */
const MINUTE_MS = 60_000;
const FLOOR_W = 420;
const NIGHT_LIGHTS_W = 180;
const NOISE_W = 12;
const VOC_PPB = 60;

const shared = { supply: "own-feeder", intervalMs: MINUTE_MS } as const;

const CHANNELS: readonly ChannelDescription[] = [
  {
    ...shared,
    id: 1,
    device: "meter-1",
    point: "power-total",
    profile: "eastron/sdm630@1",
    kind: "active-power",
    phase: "total",
    unit: "W",
    decimals: 0,
    feeder: "incomer",
    label: "总进线",
  },
  {
    ...shared,
    id: 2,
    device: "gas-1",
    point: "tvoc",
    profile: "generic/tvoc-board@1",
    kind: "voc",
    unit: "ppb",
    decimals: 0,
    label: "车间气体",
  },
  {
    ...shared,
    id: 3,
    device: "contacts-1",
    point: "di4",
    profile: "waveshare/modbus-rtu-io-8ch@1",
    kind: "contact",
    unit: "",
    decimals: 0,
    contact: { role: "seal", normal: 1 },
    label: "封条 S2",
  },
];

/** The records that open an epoch at monotonic 0. */
export function openingRecords(utcMs: number): JournalRecord[] {
  return [
    { type: "channels", atMs: 0, channels: CHANNELS },
    { type: "clock", atMs: 0, utcMs, uncertaintyMs: 100, source: "simulator" },
    { type: "event", atMs: 0, event: "gateway-started" },
    { type: "event", atMs: 0, event: "contact-changed", channel: 3, value: 1, note: "initial" },
  ];
}

/** One sample a minute in [fromMs, toMs), monotonic; `extraW` is what a running machine adds. */
export function quietSamples(fromMs: number, toMs: number, utcAtZeroMs: number, extraW = 0): JournalRecord[] {
  const random = seededRandom(fromMs, "written-plant");
  const records: JournalRecord[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += MINUTE_MS) {
    const hour = new Date(utcAtZeroMs + atMs + 8 * 60 * MINUTE_MS).getUTCHours();
    const lights = hour >= 19 || hour < 6 ? NIGHT_LIGHTS_W : 0;
    const power = FLOOR_W + lights + extraW + NOISE_W * random.normal();
    const voc = VOC_PPB + 3 * random.normal();
    records.push({
      type: "sample",
      atMs,
      channels: [1, 2],
      scaled: [Math.round(power), Math.round(voc)],
      qualities: [0, 0],
    });
  }
  return records;
}
